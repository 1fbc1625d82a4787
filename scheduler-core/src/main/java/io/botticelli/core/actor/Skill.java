package io.botticelli.core.actor;

import java.util.Map;
import java.util.Optional;

/** One step of an actor's run; skills run in file order. */
public sealed interface Skill {
  /** Returns the name used in the file, for example {@code narrative_execution}. */
  String name();

  /** Tells whether the skill runs; a disabled one counts as skipped. */
  boolean enabled();

  /**
   * Runs one narrative.
   *
   * @param path narrative file as resolved when the working set was loaded (a key of its sources)
   * @param narrativeName entry inside a multi file, or empty
   * @param model model that replaces the default, or empty
   * @param variables extra placeholders, name to value
   */
  record NarrativeExecution(
      String name,
      boolean enabled,
      String path,
      Optional<String> narrativeName,
      Optional<String> model,
      Map<String, String> variables)
      implements Skill {
    public NarrativeExecution {
      variables = Map.copyOf(variables);
    }
  }

  /**
   * A limit on how often the actor may post, from post history.
   *
   * @param maxPostsPerDay at least 1, or empty for no limit
   * @param minIntervalMinutes at least 0; 0 = no limit
   */
  record RateLimiting(
      String name, boolean enabled, Optional<Integer> maxPostsPerDay, int minIntervalMinutes)
      implements Skill {}

  /**
   * A skill this version knows but does not carry out; it reports and has no effect.
   *
   * @param settings as written, for display
   */
  record ReportOnly(String name, boolean enabled, Map<String, Object> settings) implements Skill {}
}
