package io.botticelli.core.narrative;

/**
 * Repetition of a narrative or an act.
 *
 * @param iterations maximum passes, at least 1
 * @param estimatedTokensPerIteration pre-check against the token budget, at least 0
 * @param continueOnError go on after a failed pass
 * @param budget multipliers of this carousel
 */
public record Carousel(
    int iterations,
    int estimatedTokensPerIteration,
    boolean continueOnError,
    BudgetMultipliers budget) {}
