package io.botticelli.core.history.jdbc;

import static io.botticelli.core.db.PostgresText.storable;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.ActorStates;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Actor states in {@code actor_server_state}, one row for each actor. Thread-safe. */
public final class JdbcActorStates implements ActorStates {
  private static final String SELECT =
      """
      SELECT s.*, r.task_id IS NOT NULL AS running,
        s.is_paused AND coalesce(s.paused_until > clock_timestamp(), true) AS paused_now
      FROM public.actor_server_state s
      LEFT JOIN (SELECT DISTINCT task_id FROM public.actor_server_executions
                 WHERE status = 'running') r ON r.task_id = s.task_id
      """;

  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcActorStates(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void register(ActorDefinition actor, String definitionVersion) {
    String sql =
        """
        INSERT INTO public.actor_server_state
          (task_id, actor_name, display_name, description, enabled, definition_version,
           schedule_type, schedule, timezone, platform)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (task_id) DO UPDATE SET
          display_name = EXCLUDED.display_name, description = EXCLUDED.description,
          enabled = EXCLUDED.enabled, definition_version = EXCLUDED.definition_version,
          schedule_type = EXCLUDED.schedule_type, schedule = EXCLUDED.schedule,
          timezone = EXCLUDED.timezone, platform = EXCLUDED.platform,
          updated_at = clock_timestamp()""";
    transactions.write(
        "register actor " + actor.name(),
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, actor.name().value());
            statement.setString(2, actor.name().value());
            statement.setString(3, storable(actor.displayName()));
            statement.setString(4, storable(actor.description()));
            statement.setBoolean(5, actor.enabled());
            statement.setString(6, definitionVersion);
            statement.setString(7, actor.schedule().type());
            statement.setString(8, storable(actor.schedule().source()));
            statement.setString(9, timezone(actor.schedule()));
            statement.setString(10, storable(actor.platform().type()));
            return statement.executeUpdate();
          }
        });
  }

  private static String timezone(ActorSchedule schedule) {
    return schedule instanceof ActorSchedule.Cron cron ? cron.zone().getId() : "UTC";
  }

  @Override
  public void retireAllBut(List<ActorName> current) {
    String sql =
        """
        UPDATE public.actor_server_state
        SET enabled = false, next_run = NULL, updated_at = clock_timestamp()
        WHERE (enabled OR next_run IS NOT NULL) AND task_id <> ALL (?)""";
    transactions.write(
        "retire actors",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(
                1,
                connection.createArrayOf("text", current.stream().map(ActorName::value).toArray()));
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public Optional<ActorState> find(ActorName actor) {
    return transactions.read(
        "find actor " + actor,
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(SELECT + "WHERE s.task_id = ?")) {
            statement.setString(1, actor.value());
            return states(statement).stream().findFirst();
          }
        });
  }

  @Override
  public List<ActorState> list() {
    return transactions.read("list actors", JdbcActorStates::listAll);
  }

  private static List<ActorState> listAll(Connection connection) throws SQLException {
    // Collation "C": the same order as Java's, whatever the database's locale.
    try (PreparedStatement statement =
        connection.prepareStatement(SELECT + "ORDER BY s.task_id COLLATE \"C\"")) {
      return states(statement);
    }
  }

  @Override
  public boolean setPaused(ActorName actor, boolean paused, String reason, String by) {
    return paused ? pause(actor, reason, by, Optional.empty()) : resume(actor);
  }

  @Override
  public boolean pause(ActorName actor, String reason, String by, Optional<Instant> until) {
    String sql =
        """
        UPDATE public.actor_server_state
        SET is_paused = true, pause_reason = ?, paused_by = ?, paused_at = clock_timestamp(),
          paused_until = ?, updated_at = clock_timestamp()
        WHERE task_id = ?""";
    return transactions.write(
        "pause actor " + actor,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, storable(reason));
            statement.setString(2, storable(by));
            statement.setObject(
                3, until.map(Columns::timestamp).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
            statement.setString(4, actor.value());
            return statement.executeUpdate() == 1;
          }
        });
  }

  private boolean resume(ActorName actor) {
    String sql =
        """
        UPDATE public.actor_server_state
        SET is_paused = false, pause_reason = NULL, paused_by = NULL, paused_at = NULL,
          paused_until = NULL,
          consecutive_failures = 0, breaker_state = 'closed', breaker_opened_at = NULL,
          breaker_next_probe_at = NULL, breaker_probe_successes = 0, breaker_probe_execution = NULL,
          breaker_reset_seconds = NULL, breaker_reason = NULL, updated_at = clock_timestamp()
        WHERE task_id = ?""";
    return transactions.write(
        "resume actor " + actor,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, actor.value());
            return statement.executeUpdate() == 1;
          }
        });
  }

  @Override
  public List<ActorName> listEndedPauses() {
    String sql =
        """
        SELECT task_id FROM public.actor_server_state
        WHERE paused_until <= clock_timestamp() OR (paused_until IS NOT NULL AND NOT is_paused)
        ORDER BY task_id""";
    return transactions.read(
        "list pauses that ended",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql);
              ResultSet row = statement.executeQuery()) {
            List<ActorName> ended = new ArrayList<>();
            while (row.next()) {
              ended.add(new ActorName(row.getString(1)));
            }
            return ended;
          }
        });
  }

  @Override
  public void clearEndedPauses(List<ActorName> actors) {
    String sql =
        """
        UPDATE public.actor_server_state
        SET is_paused = false, pause_reason = NULL, paused_by = NULL, paused_at = NULL,
          paused_until = NULL, updated_at = clock_timestamp()
        WHERE task_id = ANY (?) AND paused_until IS NOT NULL
          AND (paused_until <= clock_timestamp() OR NOT is_paused)""";
    transactions.write(
        "end pauses",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(
                1,
                connection.createArrayOf("text", actors.stream().map(ActorName::value).toArray()));
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public void setNextRun(ActorName actor, Optional<Instant> nextRun) {
    String sql =
        """
        UPDATE public.actor_server_state SET next_run = ?, updated_at = clock_timestamp()
        WHERE task_id = ? AND next_run IS DISTINCT FROM ?""";
    transactions.write(
        "store the next run of actor " + actor,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(
                1, nextRun.map(Columns::timestamp).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
            statement.setString(2, actor.value());
            statement.setObject(
                3, nextRun.map(Columns::timestamp).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
            return statement.executeUpdate();
          }
        });
  }

  private static List<ActorState> states(PreparedStatement statement) throws SQLException {
    List<ActorState> states = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        states.add(state(row));
      }
    }
    return states;
  }

  private static ActorState state(ResultSet row) throws SQLException {
    return new ActorState(
        new ActorName(row.getString("task_id")),
        row.getString("display_name"),
        row.getString("description"),
        row.getBoolean("enabled"),
        row.getBoolean("paused_now"),
        Columns.optionalText(row, "pause_reason"),
        Columns.optionalText(row, "paused_by"),
        Columns.optionalInstant(row, "paused_at"),
        Columns.optionalInstant(row, "paused_until"),
        row.getString("breaker_state"),
        Columns.optionalInstant(row, "breaker_next_probe_at"),
        row.getInt("consecutive_failures"),
        Columns.optionalInstant(row, "last_run"),
        Columns.optionalText(row, "last_status"),
        Columns.optionalInstant(row, "next_run"),
        row.getString("schedule_type"),
        row.getString("schedule"),
        row.getString("timezone"),
        row.getString("platform"),
        row.getString("definition_version"),
        row.getLong("runs_succeeded"),
        row.getLong("runs_failed"),
        row.getLong("runs_skipped"),
        row.getBoolean("running"));
  }
}
