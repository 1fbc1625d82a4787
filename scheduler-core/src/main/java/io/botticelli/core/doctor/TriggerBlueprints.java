package io.botticelli.core.doctor;

import java.util.Optional;

/** Knows what triggers have to be. Thread-safe. */
public interface TriggerBlueprints {
  /**
   * Returns the times of a trigger as the agreed definitions say, or empty when they do not tell.
   *
   * @param job name of the trigger's job
   */
  Optional<Blueprint> find(String job, String triggerGroup, String triggerName);

  /**
   * Tells whether Quartz can read a trigger, as far as that does not fail for another reason, such
   * as a database that is away; true for one that is gone.
   */
  boolean isReadable(String triggerGroup, String triggerName);

  /** The times of a trigger. */
  sealed interface Blueprint {
    /**
     * A row of {@code qrtz_simple_triggers}.
     *
     * @param repeatCount -1 = for ever, 0 = once
     * @param repeatIntervalMs milliseconds, &gt;= 0
     */
    record Simple(int repeatCount, long repeatIntervalMs) implements Blueprint {}

    /**
     * A row of {@code qrtz_cron_triggers}.
     *
     * @param zone id of a time zone
     */
    record Cron(String expression, String zone) implements Blueprint {}
  }
}
