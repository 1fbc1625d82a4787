package io.botticelli.core.doctor.jdbc;

import java.util.List;

/**
 * Conditions on a row {@code t} of {@code qrtz_triggers} (or {@code f} of {@code
 * qrtz_fired_triggers}), used by the look and again under the lock.
 */
final class TriggerSql {
  static final List<String> PART_TABLES =
      List.of(
          "qrtz_simple_triggers",
          "qrtz_cron_triggers",
          "qrtz_simprop_triggers",
          "qrtz_blob_triggers");

  /** Quartz stores milliseconds of the nodes' clocks, which are at most two seconds off. */
  static final String NOW_MS = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

  /** Which table has the rest of a trigger: the discriminators of StdJDBCDelegate's delegates. */
  static final String PART_IS_LOST =
      "CASE t.trigger_type WHEN 'SIMPLE' THEN "
          + noRow("qrtz_simple_triggers")
          + " WHEN 'CRON' THEN "
          + noRow("qrtz_cron_triggers")
          + " WHEN 'CAL_INT' THEN "
          + noRow("qrtz_simprop_triggers")
          + " WHEN 'DAILY_I' THEN "
          + noRow("qrtz_simprop_triggers")
          + " WHEN 'BLOB' THEN "
          + noRow("qrtz_blob_triggers")
          + " ELSE true END";

  static final String CALENDAR_IS_MISSING =
      "t.calendar_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public.qrtz_calendars c"
          + " WHERE c.sched_name = t.sched_name AND c.calendar_name = t.calendar_name)";

  /** Acquiring a trigger and writing its fired row are one transaction of Quartz. */
  private static final String NO_FIRED_ROW =
      "NOT EXISTS (SELECT 1 FROM public.qrtz_fired_triggers f WHERE f.sched_name = t.sched_name"
          + " AND f.trigger_name = t.trigger_name AND f.trigger_group = t.trigger_group)";

  /** The row of a fire names the job from the moment it blocks the job's triggers. */
  private static final String RUN_OF_JOB =
      "EXISTS (SELECT 1 FROM public.qrtz_fired_triggers f WHERE f.sched_name = t.sched_name"
          + " AND f.job_name = t.job_name AND f.job_group = t.job_group";

  private static final String JOB_RUNS = RUN_OF_JOB + ")";

  private static final String JOB_BLOCKS = RUN_OF_JOB + " AND f.is_nonconcurrent)";

  static final String ACTOR_IS_PAUSED =
      "(EXISTS (SELECT 1 FROM public.actor_server_state a WHERE a.task_id = t.job_name"
          + " AND a.is_paused) OR EXISTS (SELECT 1 FROM public.cluster_state c WHERE c.is_paused))";

  static final String LOST = "t.trigger_state = 'ACQUIRED' AND " + NO_FIRED_ROW;

  static final String BLOCKED_BY_NOTHING =
      "t.trigger_state IN ('BLOCKED', 'PAUSED_BLOCKED') AND NOT " + JOB_RUNS;

  static final String COMPLETE_LEFT = "t.trigger_state = 'COMPLETE' AND " + NO_FIRED_ROW;

  static final String WITHOUT_TIME =
      "t.trigger_state = 'WAITING' AND coalesce(t.next_fire_time, 0) <= 0";

  /** Triggers of a schedule are resumed by the reconciler; nobody looks after single fires. */
  static final String LEFT_PAUSED =
      "t.trigger_state IN ('PAUSED', 'PAUSED_BLOCKED') AND t.job_group = 'actors'"
          + " AND t.trigger_group NOT IN ('schedule', 'startup') AND NOT "
          + ACTOR_IS_PAUSED;

  /** A node that is up writes its check-in row again; one whose execution has a lease is up. */
  static final String NODE_IS_GONE =
      "NOT EXISTS (SELECT 1 FROM public.qrtz_scheduler_state s WHERE s.sched_name = f.sched_name"
          + " AND s.instance_name = f.instance_name)"
          + " AND NOT EXISTS (SELECT 1 FROM public.actor_server_executions e"
          + " WHERE e.status = 'running' AND e.node = f.instance_name"
          + " AND e.lease_until > clock_timestamp())";

  /** What a trigger that is set free becomes. */
  static final String FREE_STATE =
      "CASE WHEN t.trigger_group IN ('schedule', 'startup') AND "
          + ACTOR_IS_PAUSED
          + " THEN CASE WHEN "
          + JOB_BLOCKS
          + " THEN 'PAUSED_BLOCKED' ELSE 'PAUSED' END WHEN "
          + JOB_BLOCKS
          + " THEN 'BLOCKED' ELSE 'WAITING' END";

  private TriggerSql() {}

  private static String noRow(String table) {
    return "NOT EXISTS (SELECT 1 FROM public."
        + table
        + " p WHERE p.sched_name = t.sched_name AND p.trigger_name = t.trigger_name"
        + " AND p.trigger_group = t.trigger_group)";
  }
}
