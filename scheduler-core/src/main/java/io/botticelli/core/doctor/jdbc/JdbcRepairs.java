package io.botticelli.core.doctor.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.doctor.DoctorSettings;
import io.botticelli.core.doctor.Finding;
import io.botticelli.core.doctor.FindingKind;
import io.botticelli.core.doctor.Repairs;
import io.botticelli.core.doctor.TriggerBlueprints;
import io.botticelli.core.doctor.TriggerBlueprints.Blueprint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Repairs in Quartz's tables. Each is one transaction that first takes Quartz's own lock {@code
 * TRIGGER_ACCESS} (StdRowLockSemaphore: {@code FOR UPDATE} on that row of {@code qrtz_locks}), so
 * no node is in the middle of anything, and whose statement repeats the condition.
 */
public final class JdbcRepairs implements Repairs {
  private static final Set<FindingKind> READ_BEFORE =
      EnumSet.of(FindingKind.TRIGGER_UNREADABLE, FindingKind.TRIGGER_ERROR);

  private final Transactions transactions;
  private final DoctorSettings settings;
  private final TriggerBlueprints blueprints;

  /**
   * @param transactions over the application pool
   */
  public JdbcRepairs(
      Transactions transactions, DoctorSettings settings, TriggerBlueprints blueprints) {
    this.transactions = transactions;
    this.settings = settings;
    this.blueprints = blueprints;
  }

  @Override
  public Outcome repair(Finding finding) {
    // Asked before Quartz's lock is taken: the answers may need the database, too.
    Optional<Blueprint> blueprint =
        finding.kind() == FindingKind.TRIGGER_PART_LOST ? blueprint(finding) : Optional.empty();
    boolean readable = !READ_BEFORE.contains(finding.kind()) || isReadable(finding);
    return transactions.write(
        "repair " + finding.kind().stored(),
        connection -> {
          lockQuartz(connection);
          RepairRecord done = repair(connection, finding, blueprint, readable);
          if (done.outcome() == Outcome.REPAIRED || done.outcome() == Outcome.REMOVED) {
            store(connection, finding, done);
          }
          return done.outcome();
        });
  }

  @Override
  public void restoreTimes(Finding finding) {
    transactions.write(
        "restore the time of a trigger",
        connection -> {
          lockQuartz(connection);
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "UPDATE public.qrtz_triggers t SET next_fire_time = r.owed"
                      + " FROM (SELECT (d.before->>'next_fire_time')::bigint AS owed"
                      + " FROM public.doctor_findings d WHERE d.id = ?) r"
                      + " WHERE t.sched_name = ? AND t.trigger_group || '/' || t.trigger_name = ?"
                      + " AND t.trigger_state IN ('WAITING', 'PAUSED')"
                      + " AND coalesce(t.prev_fire_time, -1) <= 0 AND r.owed > 0"
                      + " AND r.owed < t.next_fire_time AND r.owed <= "
                      + TriggerSql.NOW_MS)) {
            statement.setLong(1, finding.id());
            statement.setString(2, settings.schedulerName());
            statement.setString(3, finding.subject());
            return statement.executeUpdate();
          }
        });
  }

  private Optional<Blueprint> blueprint(Finding finding) {
    return findTrigger(finding).flatMap(key -> blueprints.find(key.job(), key.group(), key.name()));
  }

  private boolean isReadable(Finding finding) {
    return findTrigger(finding)
        .map(key -> blueprints.isReadable(key.group(), key.name()))
        .orElse(true);
  }

  private Optional<TriggerRepairs.Key> findTrigger(Finding finding) {
    return transactions.read(
        "find the trigger",
        connection ->
            new TriggerRepairs(connection, settings.schedulerName())
                .findTrigger(finding.subject()));
  }

  private RepairRecord repair(
      Connection connection, Finding finding, Optional<Blueprint> blueprint, boolean readable)
      throws SQLException {
    TriggerRepairs triggers = new TriggerRepairs(connection, settings.schedulerName());
    String subject = finding.subject();
    return switch (finding.kind()) {
      case JOB_CLASS_UNKNOWN -> putBackClass(connection, subject);
      case TRIGGER_WITHOUT_JOB ->
          triggers.remove(
              subject,
              "NOT EXISTS (SELECT 1 FROM public.qrtz_job_details j WHERE"
                  + " j.sched_name = t.sched_name AND j.job_name = t.job_name"
                  + " AND j.job_group = t.job_group)");
      case TRIGGER_PART_LOST -> triggers.restorePart(subject, blueprint);
      case TRIGGER_UNREADABLE -> readable ? RepairRecord.healed() : triggers.putAside(subject);
      case TRIGGER_PART_ORPHANED -> triggers.removeOrphan(subject);
      case CALENDAR_MISSING -> triggers.withoutCalendar(subject);
      case TRIGGER_ACQUIRED -> triggers.free(subject, TriggerSql.LOST);
      case TRIGGER_BLOCKED -> triggers.free(subject, TriggerSql.BLOCKED_BY_NOTHING);
      case TRIGGER_ERROR ->
          finding.repairs() >= DoctorSettings.MOST_RESETS
              ? RepairRecord.refused()
              : readable ? triggers.reset(subject, settings) : unreadable(triggers, subject);
      case TRIGGER_COMPLETE -> triggers.remove(subject, TriggerSql.COMPLETE_LEFT);
      case TRIGGER_WITHOUT_TIME -> triggers.withTime(subject);
      case TRIGGER_LEFT_PAUSED -> triggers.free(subject, TriggerSql.LEFT_PAUSED);
      case GROUP_PAUSED -> unmark(connection, subject);
      case FIRE_ORPHANED -> enterAsDead(connection, subject);
      case TRIGGER_OVERDUE,
          FIRE_WITHOUT_RUN,
          CLOCK_SKEW,
          EXECUTION_OWNERLESS,
          POST_SENDING,
          POST_UNKNOWN,
          CLAIMS_LEFT ->
          RepairRecord.refused();
    };
  }

  private static RepairRecord unreadable(TriggerRepairs triggers, String subject)
      throws SQLException {
    RepairRecord done = triggers.putAside(subject);
    return done.outcome() == Outcome.HEALED ? RepairRecord.refused() : done;
  }

  /** The class of an actor's job never changes; a foreign job is nobody's business here. */
  private RepairRecord putBackClass(Connection connection, String subject) throws SQLException {
    String sql =
        """
        WITH old AS (SELECT j.ctid AS place, to_jsonb(j) - 'job_data' AS image
          FROM public.qrtz_job_details j WHERE j.sched_name = ?
          AND j.job_group || '/' || j.job_name = ? AND j.job_group = 'actors'
          AND j.job_class_name <> ? FOR UPDATE)
        UPDATE public.qrtz_job_details j SET job_class_name = ?, is_durable = true,
          is_nonconcurrent = true, is_update_data = false, requests_recovery = true
        FROM old WHERE j.ctid = old.place
        RETURNING old.image::text, (to_jsonb(j) - 'job_data')::text""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, settings.schedulerName());
      statement.setString(2, subject);
      statement.setString(3, settings.actorJobClass());
      statement.setString(4, settings.actorJobClass());
      RepairRecord done = RepairRecord.of(statement, Outcome.REPAIRED);
      return done.outcome() == Outcome.HEALED && !subject.startsWith("actors/")
          ? RepairRecord.refused()
          : done;
    }
  }

  private RepairRecord unmark(Connection connection, String group) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM public.qrtz_paused_trigger_grps g WHERE g.sched_name = ?"
                + " AND g.trigger_group = ? RETURNING to_jsonb(g)::text, NULL::text")) {
      statement.setString(1, settings.schedulerName());
      statement.setString(2, group);
      return RepairRecord.of(statement, Outcome.REPAIRED);
    }
  }

  /**
   * Quartz looks for fires of nodes without a check-in row only when a node starts
   * (JobStoreSupport.findFailedInstances). A row that is too old makes the next check-in of any
   * node recover them in Quartz's own way.
   */
  private RepairRecord enterAsDead(Connection connection, String instance) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO public.qrtz_scheduler_state AS s"
                + " (sched_name, instance_name, last_checkin_time, checkin_interval)"
                + " SELECT f.sched_name, f.instance_name, 1, 1000"
                + " FROM public.qrtz_fired_triggers f WHERE f.sched_name = ?"
                + " AND f.instance_name = ? AND "
                + TriggerSql.NODE_IS_GONE
                + " LIMIT 1 ON CONFLICT DO NOTHING"
                + " RETURNING NULL::text, to_jsonb(s)::text")) {
      statement.setString(1, settings.schedulerName());
      statement.setString(2, instance);
      return RepairRecord.of(statement, Outcome.REPAIRED);
    }
  }

  private void lockQuartz(Connection connection) throws SQLException {
    try (PreparedStatement create =
        connection.prepareStatement(
            "INSERT INTO public.qrtz_locks (sched_name, lock_name) VALUES (?, 'TRIGGER_ACCESS')"
                + " ON CONFLICT DO NOTHING")) {
      create.setString(1, settings.schedulerName());
      create.executeUpdate();
    }
    try (PreparedStatement lock =
        connection.prepareStatement(
            "SELECT 1 FROM public.qrtz_locks WHERE sched_name = ?"
                + " AND lock_name = 'TRIGGER_ACCESS' FOR UPDATE")) {
      lock.setString(1, settings.schedulerName());
      lock.execute();
    }
  }

  private static void store(Connection connection, Finding finding, RepairRecord done)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE public.doctor_findings SET repaired_at = clock_timestamp(),"
                + " repairs = repairs + 1, before = ?::jsonb, after = ?::jsonb WHERE id = ?")) {
      statement.setString(1, done.before());
      statement.setString(2, done.after());
      statement.setLong(3, finding.id());
      statement.executeUpdate();
    }
  }

  /**
   * What a repair changed.
   *
   * @param before JSON of the row, or null when there was none
   * @param after JSON of the row, or null when it is gone
   */
  record RepairRecord(Outcome outcome, @Nullable String before, @Nullable String after) {
    static RepairRecord refused() {
      return new RepairRecord(Outcome.REFUSED, null, null);
    }

    static RepairRecord healed() {
      return new RepairRecord(Outcome.HEALED, null, null);
    }

    /** Runs a statement that returns the row before and after as JSON; no row = healed. */
    static RepairRecord of(PreparedStatement statement, Outcome whenChanged) throws SQLException {
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? new RepairRecord(whenChanged, row.getString(1), row.getString(2))
            : healed();
      }
    }
  }
}
