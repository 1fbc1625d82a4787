package io.botticelli.core.narrative;

import java.util.Optional;

/**
 * Fractions of a provider's limits a narrative may use; each in (0.0, 1.0], empty = not set here.
 *
 * @param rpm requests per minute
 * @param tpm tokens per minute
 * @param rpd requests per day
 * @param tpd tokens per day
 */
public record BudgetMultipliers(
    Optional<Double> rpm, Optional<Double> tpm, Optional<Double> rpd, Optional<Double> tpd) {
  /** Nothing set. */
  public static final BudgetMultipliers NONE =
      new BudgetMultipliers(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
