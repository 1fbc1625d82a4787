package io.botticelli.core.breaker.jdbc;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.breaker.BreakerStore.BreakerSnapshot;
import io.botticelli.core.breaker.BreakerStore.Cause;
import io.botticelli.core.breaker.BreakerStore.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;

/**
 * What an actor's row says about its breaker.
 *
 * @param resetSeconds the wait before the last probe, 0 = none
 * @param storedCause why it opened, as it stands in the row
 */
record BreakerRow(
    State state,
    int failures,
    Optional<Instant> openedAt,
    Optional<Instant> nextProbeAt,
    long resetSeconds,
    Optional<Cause> storedCause,
    Optional<String> reason) {
  static final BreakerSnapshot UNKNOWN_ACTOR =
      new BreakerSnapshot(
          State.CLOSED,
          0,
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty());

  /** Rows that an earlier version opened have none. */
  Optional<Cause> cause() {
    return state == State.CLOSED
        ? Optional.empty()
        : storedCause.or(() -> Optional.of(Cause.FAILURES));
  }

  BreakerSnapshot snapshot() {
    return new BreakerSnapshot(state, failures, openedAt, nextProbeAt, false, cause(), reason);
  }

  /** Returns the breaker of an actor; closed when nobody knows the actor. */
  static BreakerSnapshot snapshot(Connection connection, ActorName actor) throws SQLException {
    return select(connection, actor, "").map(BreakerRow::snapshot).orElse(UNKNOWN_ACTOR);
  }

  /** Locks the actor's row until the transaction ends. */
  static Optional<BreakerRow> lock(Connection connection, ActorName actor) throws SQLException {
    return select(connection, actor, " FOR UPDATE");
  }

  /** As {@link #snapshot(Connection, ActorName)}, with the word whether it opened just now. */
  static BreakerSnapshot current(Connection connection, ActorName actor, boolean tripped)
      throws SQLException {
    BreakerSnapshot now = snapshot(connection, actor);
    return new BreakerSnapshot(
        now.state(),
        now.consecutiveFailures(),
        now.openedAt(),
        now.nextProbeAt(),
        tripped,
        now.cause(),
        now.reason());
  }

  private static Optional<BreakerRow> select(Connection connection, ActorName actor, String lock)
      throws SQLException {
    String sql =
        "SELECT breaker_state, consecutive_failures, breaker_opened_at, breaker_next_probe_at,"
            + " breaker_reset_seconds, breaker_cause, breaker_reason FROM public.actor_server_state WHERE task_id = ?"
            + lock;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, actor.value());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new BreakerRow(
                State.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                row.getInt(2),
                instant(row, 3),
                instant(row, 4),
                row.getLong(5),
                Optional.ofNullable(row.getString(6)).map(BreakerRow::cause),
                Optional.ofNullable(row.getString(7))));
      }
    }
  }

  private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  static String stored(Cause cause) {
    return cause.name().toLowerCase(Locale.ROOT);
  }

  private static Cause cause(String stored) {
    return Cause.valueOf(stored.toUpperCase(Locale.ROOT));
  }
}
