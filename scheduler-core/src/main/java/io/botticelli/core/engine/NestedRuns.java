package io.botticelli.core.engine;

import io.botticelli.core.narrative.Narrative;

/** Runs narratives inside a pass. */
interface NestedRuns {
  /**
   * Runs a narrative with all its iterations.
   *
   * @param place where in the parent, the same on every attempt at the execution
   * @throws RunEndedException if it failed or was cancelled
   */
  Nested run(Narrative narrative, Pass parent, String place);

  /**
   * What a nested narrative answered.
   *
   * @param skipped it had nothing to do and answered nothing
   */
  record Nested(String response, boolean skipped) {}
}
