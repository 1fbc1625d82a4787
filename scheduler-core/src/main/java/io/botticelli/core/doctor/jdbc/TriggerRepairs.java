package io.botticelli.core.doctor.jdbc;

import io.botticelli.core.doctor.DoctorSettings;
import io.botticelli.core.doctor.Repairs.Outcome;
import io.botticelli.core.doctor.TriggerBlueprints.Blueprint;
import io.botticelli.core.doctor.jdbc.JdbcRepairs.RepairRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Repairs of one trigger, on one connection that holds Quartz's lock. */
final class TriggerRepairs {
  private static final String THIS =
      " t.sched_name = ? AND t.trigger_group || '/' || t.trigger_name = ? AND ";

  /** Triggers that the reconciler builds again when they are gone. */
  private static final String BUILT_AGAIN =
      "t.trigger_group = 'schedule' AND t.job_group = 'actors'";

  /** Triggers that carry one fire, which would be lost if they were removed. */
  private static final String SINGLE = "t.trigger_group <> 'schedule' AND t.job_group = 'actors'";

  private final Connection connection;
  private final String schedulerName;

  TriggerRepairs(Connection connection, String schedulerName) {
    this.connection = connection;
    this.schedulerName = schedulerName;
  }

  /** Gives a stuck trigger the state it would have if nothing had happened. */
  RepairRecord free(String subject, String condition) throws SQLException {
    return change(subject, condition, "trigger_state = " + TriggerSql.FREE_STATE);
  }

  /** Resets a trigger whose cause of failure is gone. */
  RepairRecord reset(String subject, DoctorSettings settings) throws SQLException {
    String stands = "t.trigger_state = 'ERROR'";
    String mended =
        stands
            + " AND NOT ("
            + TriggerSql.PART_IS_LOST
            + ") AND NOT ("
            + TriggerSql.CALENDAR_IS_MISSING
            + ") AND EXISTS (SELECT 1 FROM public.qrtz_job_details j"
            + " WHERE j.sched_name = t.sched_name AND j.job_name = t.job_name"
            + " AND j.job_group = t.job_group AND (j.job_group = 'actors' AND j.job_class_name = '"
            + settings.actorJobClass()
            + "' OR j.job_group <> 'actors' AND j.job_class_name = ANY ('{"
            + String.join(",", settings.jobClasses())
            + "}'::text[])))";
    RepairRecord done = change(subject, mended, "trigger_state = " + TriggerSql.FREE_STATE);
    return done.outcome() == Outcome.HEALED && exists(subject, stands)
        ? RepairRecord.refused()
        : done;
  }

  /** Returns a trigger's key and its job, or empty when it is gone. */
  Optional<Key> findTrigger(String subject) throws SQLException {
    try (PreparedStatement statement =
            prepare(
                "SELECT t.job_name, t.trigger_group, t.trigger_name FROM public.qrtz_triggers t"
                    + " WHERE"
                    + THIS
                    + "true",
                schedulerName,
                subject);
        ResultSet row = statement.executeQuery()) {
      return row.next()
          ? Optional.of(new Key(row.getString(1), row.getString(2), row.getString(3)))
          : Optional.empty();
    }
  }

  /** Takes a trigger nobody can read out of Quartz's way; that of a schedule is built again. */
  RepairRecord putAside(String subject) throws SQLException {
    RepairRecord removed =
        remove(subject, "t.trigger_state IN ('WAITING', 'ERROR') AND " + BUILT_AGAIN);
    return removed.outcome() == Outcome.HEALED
        ? change(subject, "t.trigger_state = 'WAITING'", "trigger_state = 'ERROR'")
        : removed;
  }

  /**
   * Writes the lost row of times again; a trigger nobody can tell the times of is removed.
   *
   * @param planned what the definitions say about a trigger of a schedule
   */
  RepairRecord restorePart(String subject, Optional<Blueprint> planned) throws SQLException {
    String sql =
        "SELECT t.trigger_type, t.trigger_group, t.trigger_name, (to_jsonb(t) - 'job_data')::text, "
            + SINGLE
            + " FROM public.qrtz_triggers t WHERE"
            + THIS
            + TriggerSql.PART_IS_LOST;
    try (PreparedStatement statement = prepare(sql, schedulerName, subject);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return RepairRecord.healed();
      }
      boolean single = row.getBoolean(5);
      if (single) {
        update(
            "UPDATE public.qrtz_triggers t SET trigger_type = 'SIMPLE' WHERE" + THIS + SINGLE,
            schedulerName,
            subject);
      }
      Optional<Blueprint> blueprint = single ? Optional.of(new Blueprint.Simple(0, 0)) : planned;
      String type = single ? "SIMPLE" : row.getString(1);
      if (blueprint.isPresent()
          && insertPart(type, row.getString(2), row.getString(3), blueprint.get())) {
        return new RepairRecord(Outcome.REPAIRED, row.getString(4), row.getString(4));
      }
    }
    return removeOrPutAside(subject, TriggerSql.PART_IS_LOST);
  }

  /** Gives a single fire the present as its time; a schedule's trigger is built again. */
  RepairRecord withTime(String subject) throws SQLException {
    RepairRecord single =
        change(
            subject,
            TriggerSql.WITHOUT_TIME + " AND " + SINGLE,
            "next_fire_time = " + TriggerSql.NOW_MS);
    return single.outcome() == Outcome.HEALED
        ? removeOrRefuse(subject, TriggerSql.WITHOUT_TIME)
        : single;
  }

  /** What is not ours cannot be built again; it is left to those who made it. */
  private RepairRecord removeOrRefuse(String subject, String condition) throws SQLException {
    RepairRecord removed = remove(subject, condition + " AND " + BUILT_AGAIN);
    return removed.outcome() == Outcome.HEALED && exists(subject, condition)
        ? RepairRecord.refused()
        : removed;
  }

  private RepairRecord removeOrPutAside(String subject, String condition) throws SQLException {
    RepairRecord removed = remove(subject, condition + " AND " + BUILT_AGAIN);
    if (removed.outcome() != Outcome.HEALED) {
      return removed;
    }
    RepairRecord aside =
        change(subject, condition + " AND t.trigger_state = 'WAITING'", "trigger_state = 'ERROR'");
    return aside.outcome() == Outcome.HEALED && exists(subject, condition)
        ? RepairRecord.refused()
        : aside;
  }

  private boolean insertPart(String type, String group, String name, Blueprint blueprint)
      throws SQLException {
    if (type.equals("SIMPLE") && blueprint instanceof Blueprint.Simple simple) {
      return update(
              "INSERT INTO public.qrtz_simple_triggers (sched_name, trigger_name, trigger_group,"
                  + " repeat_count, repeat_interval, times_triggered) VALUES (?, ?, ?, ?, ?, 0)"
                  + " ON CONFLICT (sched_name, trigger_name, trigger_group) DO UPDATE"
                  + " SET repeat_count = excluded.repeat_count,"
                  + " repeat_interval = excluded.repeat_interval",
              schedulerName,
              name,
              group,
              simple.repeatCount(),
              simple.repeatIntervalMs())
          == 1;
    }
    if (type.equals("CRON") && blueprint instanceof Blueprint.Cron cron) {
      return update(
              "INSERT INTO public.qrtz_cron_triggers (sched_name, trigger_name, trigger_group,"
                  + " cron_expression, time_zone_id) VALUES (?, ?, ?, ?, ?)",
              schedulerName,
              name,
              group,
              cron.expression(),
              cron.zone())
          == 1;
    }
    return false;
  }

  /** A single fire needs no calendar; a schedule's trigger is built again together with it. */
  RepairRecord withoutCalendar(String subject) throws SQLException {
    RepairRecord single =
        change(subject, TriggerSql.CALENDAR_IS_MISSING + " AND " + SINGLE, "calendar_name = NULL");
    return single.outcome() == Outcome.HEALED
        ? removeOrRefuse(subject, TriggerSql.CALENDAR_IS_MISSING)
        : single;
  }

  /** Removes a trigger with all its parts; the reconciler builds the schedule's ones again. */
  RepairRecord remove(String subject, String condition) throws SQLException {
    if (!exists(subject, condition)) {
      return RepairRecord.healed();
    }
    for (String table : TriggerSql.PART_TABLES) {
      update(
          "DELETE FROM public."
              + table
              + " p WHERE p.sched_name = ? AND p.trigger_group || '/' || p.trigger_name = ?",
          schedulerName,
          subject);
    }
    try (PreparedStatement statement =
        prepare(
            "DELETE FROM public.qrtz_triggers t WHERE t.sched_name = ?"
                + " AND t.trigger_group || '/' || t.trigger_name = ?"
                + " RETURNING (to_jsonb(t) - 'job_data')::text, NULL::text",
            schedulerName,
            subject)) {
      return RepairRecord.of(statement, Outcome.REMOVED);
    }
  }

  /**
   * Removes a row of times that has no trigger.
   *
   * @param subject {@code table:group/name}
   */
  RepairRecord removeOrphan(String subject) throws SQLException {
    List<String> tables =
        TriggerSql.PART_TABLES.stream().filter(t -> subject.startsWith(t + ":")).toList();
    if (tables.isEmpty()) {
      return RepairRecord.refused();
    }
    try (PreparedStatement statement =
        prepare(
            "DELETE FROM public."
                + tables.get(0)
                + " p WHERE p.sched_name = ? AND p.trigger_group || '/' || p.trigger_name = ?"
                + " AND NOT EXISTS (SELECT 1 FROM public.qrtz_triggers t"
                + " WHERE t.sched_name = p.sched_name AND t.trigger_name = p.trigger_name"
                + " AND t.trigger_group = p.trigger_group)"
                + " RETURNING (to_jsonb(p) - 'blob_data')::text, NULL::text",
            schedulerName,
            subject.substring(tables.get(0).length() + 1))) {
      return RepairRecord.of(statement, Outcome.REPAIRED);
    }
  }

  private RepairRecord change(String subject, String condition, String assignment)
      throws SQLException {
    String sql =
        "WITH old AS (SELECT t.ctid AS place, (to_jsonb(t) - 'job_data')::text AS image"
            + " FROM public.qrtz_triggers t WHERE"
            + THIS
            + condition
            + " FOR UPDATE) UPDATE public.qrtz_triggers t SET "
            + assignment
            + " FROM old WHERE t.ctid = old.place"
            + " RETURNING old.image, (to_jsonb(t) - 'job_data')::text";
    try (PreparedStatement statement = prepare(sql, schedulerName, subject)) {
      return RepairRecord.of(statement, Outcome.REPAIRED);
    }
  }

  private boolean exists(String subject, String condition) throws SQLException {
    try (PreparedStatement statement =
            prepare(
                "SELECT 1 FROM public.qrtz_triggers t WHERE" + THIS + condition + " FOR UPDATE",
                schedulerName,
                subject);
        ResultSet row = statement.executeQuery()) {
      return row.next();
    }
  }

  private int update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql, values)) {
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  /** A trigger and its job. */
  record Key(String job, String group, String name) {}
}
