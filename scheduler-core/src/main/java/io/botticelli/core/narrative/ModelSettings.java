package io.botticelli.core.narrative;

import java.util.Optional;

/**
 * Model, temperature and output limit at one level of a narrative; each value falls through to the
 * next outer level when empty.
 *
 * @param model model name as written
 * @param temperature 0.0..2.0
 * @param maxTokens at least 1
 */
public record ModelSettings(
    Optional<String> model, Optional<Double> temperature, Optional<Integer> maxTokens) {
  /** Nothing set. */
  public static final ModelSettings NONE =
      new ModelSettings(Optional.empty(), Optional.empty(), Optional.empty());

  /** Returns these settings with every empty value taken from {@code outer}. */
  public ModelSettings orElse(ModelSettings outer) {
    return new ModelSettings(
        model.or(outer::model), temperature.or(outer::temperature), maxTokens.or(outer::maxTokens));
  }
}
