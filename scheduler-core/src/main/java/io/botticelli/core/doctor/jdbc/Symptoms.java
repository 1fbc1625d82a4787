package io.botticelli.core.doctor.jdbc;

import io.botticelli.core.db.PostgresText;
import io.botticelli.core.doctor.DoctorSettings;
import io.botticelli.core.doctor.FindingKind;
import io.botticelli.core.doctor.Symptom;
import io.botticelli.core.doctor.TriggerBlueprints;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The questions of one look. Each is one statement, so it sees a state between two of Quartz's
 * transactions and never the middle of one.
 */
final class Symptoms {
  /** More of one kind is one accident, not many; the rest is seen when these are repaired. */
  private static final int MOST = 200;

  private static final int LONGEST_SUBJECT = 500;

  private static final String NO_PART = TriggerSql.PART_IS_LOST;

  private static final String NOW_MS = TriggerSql.NOW_MS;

  private final DoctorSettings settings;

  Symptoms(DoctorSettings settings) {
    this.settings = settings;
  }

  /** Tells whether a trigger that nobody can read will be due before the next regular look. */
  boolean poisonIsNear(Connection connection) throws SQLException {
    String sql =
        "SELECT EXISTS (SELECT 1 FROM public.qrtz_triggers t WHERE t.sched_name = ?"
            + " AND t.trigger_state = 'WAITING' AND t.next_fire_time <= "
            + NOW_MS
            + " + ? AND "
            + NO_PART
            + ")";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, settings.schedulerName());
      statement.setLong(2, settings.period().multipliedBy(2).toMillis());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  List<Symptom> look(Connection connection, TriggerBlueprints blueprints) throws SQLException {
    List<Symptom> seen = new ArrayList<>();
    jobs(connection, seen);
    parts(connection, seen);
    unreadable(connection, seen, blueprints);
    states(connection, seen);
    fires(connection, seen);
    work(connection, seen);
    return seen;
  }

  private void jobs(Connection connection, List<Symptom> seen) throws SQLException {
    ask(
        connection,
        seen,
        FindingKind.JOB_CLASS_UNKNOWN,
        "SELECT j.job_group || '/' || j.job_name, 'names class ' || left(j.job_class_name, 200)"
            + " || ', which this server never runs', CASE WHEN j.job_group = 'actors'"
            + " THEN 'the class of actors is put back' ELSE 'delete the job' END"
            + " FROM public.qrtz_job_details j WHERE j.sched_name = ?"
            + " AND CASE WHEN j.job_group = 'actors' THEN j.job_class_name <> ?"
            + " ELSE j.job_class_name <> ALL (?) END",
        settings.schedulerName(),
        settings.actorJobClass(),
        connection.createArrayOf("text", settings.jobClasses().toArray()));
    ask(
        connection,
        seen,
        FindingKind.TRIGGER_WITHOUT_JOB,
        trigger("'its job ' || t.job_name || ' is gone'", "it is removed; reconciling builds both")
            + " AND NOT EXISTS (SELECT 1 FROM public.qrtz_job_details j WHERE"
            + " j.sched_name = t.sched_name AND j.job_name = t.job_name"
            + " AND j.job_group = t.job_group)",
        settings.schedulerName());
  }

  private void parts(Connection connection, List<Symptom> seen) throws SQLException {
    ask(
        connection,
        seen,
        FindingKind.TRIGGER_PART_LOST,
        trigger(
                "'lost its row of type ' || t.trigger_type",
                "the row is written again, or the trigger built again")
            + " AND "
            + NO_PART,
        settings.schedulerName());
    for (String table : TriggerSql.PART_TABLES) {
      ask(
          connection,
          seen,
          FindingKind.TRIGGER_PART_ORPHANED,
          "SELECT '"
              + table
              + ":' || p.trigger_group || '/' || p.trigger_name, 'has no trigger',"
              + " 'it is removed' FROM public."
              + table
              + " p WHERE p.sched_name = ? AND NOT EXISTS (SELECT 1 FROM public.qrtz_triggers t"
              + " WHERE t.sched_name = p.sched_name AND t.trigger_name = p.trigger_name"
              + " AND t.trigger_group = p.trigger_group)",
          settings.schedulerName());
    }
    ask(
        connection,
        seen,
        FindingKind.CALENDAR_MISSING,
        trigger(
                "'names calendar ' || t.calendar_name || ', which is gone'",
                "the trigger is built again with its calendar")
            + " AND "
            + TriggerSql.CALENDAR_IS_MISSING,
        settings.schedulerName());
  }

  /** Quartz itself tries to read what it will read soon. */
  private void unreadable(Connection connection, List<Symptom> seen, TriggerBlueprints blueprints)
      throws SQLException {
    String sql =
        "SELECT t.trigger_group, t.trigger_name FROM public.qrtz_triggers t WHERE t.sched_name = ?"
            + " AND t.trigger_state = 'WAITING' AND t.next_fire_time <= "
            + NOW_MS
            + " + ? AND NOT ("
            + NO_PART
            + ") ORDER BY t.next_fire_time LIMIT "
            + MOST;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, settings.schedulerName());
      statement.setLong(2, settings.period().multipliedBy(2).toMillis());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          if (!blueprints.isReadable(row.getString(1), row.getString(2))) {
            seen.add(
                new Symptom(
                    FindingKind.TRIGGER_UNREADABLE,
                    shortened(row.getString(1) + "/" + row.getString(2)),
                    "cannot be read by Quartz, which stops every actor when it is due",
                    "a schedule's trigger is built again; a single fire is put aside in ERROR"));
          }
        }
      }
    }
  }

  private void states(Connection connection, List<Symptom> seen) throws SQLException {
    ask(
        connection,
        seen,
        FindingKind.TRIGGER_ACQUIRED,
        trigger("'is ACQUIRED, but no node has it'", "it waits again") + " AND " + TriggerSql.LOST,
        settings.schedulerName());
    ask(
        connection,
        seen,
        FindingKind.TRIGGER_BLOCKED,
        trigger("'is ' || t.trigger_state || ', but its job does not run'", "it waits again")
            + " AND "
            + TriggerSql.BLOCKED_BY_NOTHING,
        settings.schedulerName());
    ask(
        connection,
        seen,
        FindingKind.TRIGGER_ERROR,
        trigger(
                "'is in ERROR and never fires again by itself'",
                "it is reset when its cause is gone, at most "
                    + DoctorSettings.MOST_RESETS
                    + " times a day; then look at the log of the node that fired it")
            + " AND t.trigger_state = 'ERROR'",
        settings.schedulerName());
    ask(
        connection,
        seen,
        FindingKind.TRIGGER_COMPLETE,
        trigger("'is COMPLETE and was not removed'", "it is removed")
            + " AND "
            + TriggerSql.COMPLETE_LEFT,
        settings.schedulerName());
    ask(
        connection,
        seen,
        FindingKind.TRIGGER_WITHOUT_TIME,
        trigger("'waits without a next time'", "it is built again")
            + " AND "
            + TriggerSql.WITHOUT_TIME,
        settings.schedulerName());
    ask(
        connection,
        seen,
        FindingKind.TRIGGER_LEFT_PAUSED,
        trigger("'is paused although its actor is not'", "it waits again")
            + " AND "
            + TriggerSql.LEFT_PAUSED,
        settings.schedulerName());
    ask(
        connection,
        seen,
        FindingKind.TRIGGER_OVERDUE,
        trigger(
                "'should have fired ' || ((" + NOW_MS + " - t.next_fire_time) / 1000) || ' s ago'",
                "look whether the nodes are busy (server.max_concurrent_actors), stand by, or log"
                    + " why they acquire nothing")
            + " AND t.trigger_state = 'WAITING' AND t.next_fire_time > 0 AND t.next_fire_time < "
            + NOW_MS
            + " - ? AND EXISTS (SELECT 1 FROM public.qrtz_scheduler_state s"
            + " WHERE s.sched_name = t.sched_name AND s.last_checkin_time > "
            + NOW_MS
            + " - 2 * s.checkin_interval - 7500)"
            + " AND NOT "
            + TriggerSql.ACTOR_IS_PAUSED,
        settings.schedulerName(),
        settings.overdue().toMillis());
    ask(
        connection,
        seen,
        FindingKind.GROUP_PAUSED,
        "SELECT g.trigger_group, 'is marked as paused, so that new triggers of it are born paused;"
            + " this server never does that', 'the marker is removed' FROM"
            + " public.qrtz_paused_trigger_grps g WHERE g.sched_name = ?",
        settings.schedulerName());
  }

  private void fires(Connection connection, List<Symptom> seen) throws SQLException {
    ask(
        connection,
        seen,
        FindingKind.FIRE_ORPHANED,
        "SELECT DISTINCT f.instance_name, 'has fires, but is not in the cluster',"
            + " 'it is entered as dead, so that another node recovers its fires'"
            + " FROM public.qrtz_fired_triggers f WHERE f.sched_name = ? AND "
            + TriggerSql.NODE_IS_GONE,
        settings.schedulerName());
    ask(
        connection,
        seen,
        FindingKind.FIRE_WITHOUT_RUN,
        "SELECT f.entry_id, 'node ' || f.instance_name || ' fired ' || f.trigger_group || '/'"
            + " || f.trigger_name || ' ' || (("
            + NOW_MS
            + " - f.fired_time) / 1000) || ' s ago, but runs nothing for it',"
            + " 'the actor stands still until that node is restarted; look at its log'"
            + " FROM public.qrtz_fired_triggers f WHERE f.sched_name = ?"
            + " AND f.state = 'EXECUTING' AND f.job_group = 'actors' AND f.fired_time < "
            + NOW_MS
            + " - ? AND NOT ("
            + TriggerSql.NODE_IS_GONE
            + ") AND NOT EXISTS (SELECT 1 FROM public.actor_server_executions e"
            + " WHERE e.actor_name = f.job_name AND (e.status = 'running'"
            + " OR e.completed_at > clock_timestamp() - ? * interval '1 millisecond'))",
        settings.schedulerName(),
        settings.ownerless().multipliedBy(2).toMillis(),
        settings.ownerless().multipliedBy(2).toMillis());
  }

  private void work(Connection connection, List<Symptom> seen) throws SQLException {
    ask(
        connection,
        seen,
        FindingKind.CLOCK_SKEW,
        "SELECT n.instance_id, 'has a clock ' || n.clock_skew_ms || ' ms off the database''s',"
            + " 'synchronise it (NTP); from 2000 ms on the node stands by'"
            + " FROM public.cluster_nodes n WHERE abs(n.clock_skew_ms) > 500"
            + " AND n.last_seen > clock_timestamp() - interval '1 minute'");
    ask(
        connection,
        seen,
        FindingKind.EXECUTION_OWNERLESS,
        "SELECT e.id::text, 'of actor ' || e.actor_name || ' is running, but its owner ' || e.node"
            + " || ' gave no sign for long', 'a node takes it over or closes it; look why none"
            + " does' FROM public.actor_server_executions e WHERE e.status = 'running'"
            + " AND coalesce(e.lease_until, e.started_at)"
            + " < clock_timestamp() - ? * interval '1 millisecond'",
        settings.ownerless().toMillis());
    ask(
        connection,
        seen,
        FindingKind.POST_SENDING,
        "SELECT o.id::text, 'of actor ' || o.actor || ' was being sent when its sender vanished',"
            + " 'the next run of the actor looks it up before anything is sent again'"
            + " FROM public.outbound_posts o WHERE o.status = 'sending'"
            + " AND o.sending_at < clock_timestamp() - ? * interval '1 millisecond'"
            + " AND NOT EXISTS (SELECT 1 FROM public.actor_server_executions e"
            + " WHERE e.id = o.execution_id AND e.epoch = o.epoch AND e.status = 'running'"
            + " AND e.lease_until > clock_timestamp())",
        settings.ownerless().toMillis());
    ask(
        connection,
        seen,
        FindingKind.POST_UNKNOWN,
        "SELECT o.id::text, 'of actor ' || o.actor || ' may have been sent and could not be looked"
            + " up', 'look into the channel, then set the row of outbound_posts to sent or failed'"
            + " FROM public.outbound_posts o WHERE o.status = 'unknown'");
    ask(
        connection,
        seen,
        FindingKind.CLAIMS_LEFT,
        "SELECT c.table_name, count(*) || ' rows are claimed for executions that ended',"
            + " 'none: they hide nothing and go with the next read of that table'"
            + " FROM public.row_claims c WHERE c.lease_until < clock_timestamp() - interval '1 hour'"
            + " AND NOT EXISTS (SELECT 1 FROM public.actor_server_executions e"
            + " WHERE e.id = c.execution_id AND e.status IN ('running', 'waiting_approval'))"
            + " GROUP BY c.table_name");
  }

  private static String trigger(String explanation, String advice) {
    return "SELECT t.trigger_group || '/' || t.trigger_name, "
        + explanation
        + ", '"
        + advice
        + "' FROM public.qrtz_triggers t WHERE t.sched_name = ?";
  }

  private static void ask(
      Connection connection, List<Symptom> seen, FindingKind kind, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(sql + " ORDER BY 1 LIMIT " + MOST)) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof Array array) {
          statement.setArray(i + 1, array);
        } else {
          statement.setObject(i + 1, values[i]);
        }
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          seen.add(
              new Symptom(
                  kind,
                  shortened(row.getString(1)),
                  PostgresText.storable(row.getString(2)),
                  row.getString(3)));
        }
      }
    }
  }

  private static String shortened(String subject) {
    return subject.length() <= LONGEST_SUBJECT ? subject : subject.substring(0, LONGEST_SUBJECT);
  }
}
