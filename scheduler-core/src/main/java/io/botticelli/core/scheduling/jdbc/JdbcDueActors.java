package io.botticelli.core.scheduling.jdbc;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.scheduling.DueActors;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Actors that should be firing, from Quartz's triggers, the actors' states and the history. */
public final class JdbcDueActors implements DueActors {
  /**
   * A trigger that is kept from firing is moved to the present again and again by Quartz's misfire
   * handling; each time leaves a row {@code missed}. The oldest of them since the last fire that
   * led to something tells since when the actor really waits. A paused trigger of an actor that is
   * not paused counts from the last change of its row, because it was paused until then.
   */
  private static final String SQL =
      """
      WITH clock AS (SELECT clock_timestamp() AS now),
      trigger AS (
        SELECT job_name,
          min(to_timestamp(next_fire_time / 1000.0)) FILTER (WHERE next_fire_time > 0) AS next_fire,
          bool_or(trigger_state = 'ERROR') AS broken,
          bool_or(trigger_state LIKE 'PAUSED%') AS paused
        FROM public.qrtz_triggers
        WHERE sched_name = ? AND job_group = 'actors' AND trigger_group = 'schedule'
        GROUP BY job_name),
      due AS (
        SELECT s.task_id, clock.now, trigger.broken,
          CASE WHEN trigger.paused THEN GREATEST(trigger.next_fire, s.updated_at, s.paused_until)
            ELSE trigger.next_fire END AS next_fire
        FROM public.actor_server_state s
        CROSS JOIN clock
        LEFT JOIN trigger ON trigger.job_name = s.task_id
        WHERE s.enabled AND s.schedule_type IN ('cron', 'interval')
          AND NOT (s.is_paused AND (s.paused_until IS NULL OR s.paused_until > clock.now))
          AND NOT EXISTS (SELECT 1 FROM public.cluster_state c
            WHERE c.is_paused AND (c.paused_until IS NULL OR c.paused_until > clock.now))
          AND (trigger.next_fire IS NULL OR trigger.broken OR trigger.next_fire <= clock.now)
          AND NOT EXISTS (SELECT 1 FROM public.actor_server_executions e
            WHERE e.task_id = s.task_id AND e.status = 'running' AND e.lease_until > clock.now))
      SELECT due.task_id, due.now, COALESCE(due.broken, false),
        LEAST(due.next_fire, (
          SELECT min(m.scheduled_for) FROM public.actor_server_executions m
          WHERE m.actor_name = due.task_id AND m.status = 'missed' AND due.next_fire <= due.now
            AND m.id > COALESCE((SELECT max(o.id) FROM public.actor_server_executions o
              WHERE o.actor_name = due.task_id AND o.status <> 'missed'), 0)))
      FROM due ORDER BY due.task_id""";

  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcDueActors(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<DueActor> list(String schedulerName) {
    return transactions.read(
        "list actors that are due",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setString(1, schedulerName);
            List<DueActor> due = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                due.add(
                    new DueActor(
                        new ActorName(row.getString(1)),
                        instant(row, 4),
                        row.getBoolean(3),
                        instant(row, 2).orElseThrow()));
              }
            }
            return due;
          }
        });
  }

  private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
