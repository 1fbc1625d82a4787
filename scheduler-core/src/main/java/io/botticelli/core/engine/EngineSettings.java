package io.botticelli.core.engine;

import java.time.Duration;

/**
 * Limits of a run.
 *
 * @param modelTimeout one model call is given up after this, without retries
 * @param actTimeout an act starts no further input or call after this
 * @param autoSummaryBytes parts that are not inline text and larger than this (UTF-8) stay in the
 *     conversation only as a summary, at least 0
 * @param maxDepth narratives nested in one another, at least 1
 */
public record EngineSettings(
    Duration modelTimeout, Duration actTimeout, int autoSummaryBytes, int maxDepth) {
  /** 120 s per call, 10 min per act, 10,000 bytes, depth 8. */
  public static final EngineSettings DEFAULTS =
      new EngineSettings(Duration.ofSeconds(120), Duration.ofMinutes(10), 10_000, 8);
}
