package io.botticelli.core.breaker.jdbc;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.breaker.BreakerStore;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.db.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;

/**
 * Breakers in the columns {@code breaker_*} and {@code consecutive_failures} of {@code
 * actor_server_state}.
 *
 * <p>Every method that writes locks the actor's row first; each transition is then one UPDATE whose
 * WHERE says from which state it leads. A policy that does not keep the actor from firing
 * (disabled, or without auto-pause) never refuses; a success then closes what failures had opened.
 * Results of runs granted before the breaker opened are counted, but only the probe moves a
 * half-open breaker. Thread-safe.
 */
public final class JdbcBreakerStore implements BreakerStore {
  /** Waits between probes double up to this: a dead actor is still tried once a day. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);

  private static final BreakerSnapshot UNKNOWN_ACTOR =
      new BreakerSnapshot(State.CLOSED, 0, Optional.empty(), Optional.empty(), false);

  private static final String CLOSE =
      """
      UPDATE public.actor_server_state
      SET breaker_state = 'closed', consecutive_failures = 0, breaker_opened_at = NULL,
        breaker_next_probe_at = NULL, breaker_probe_successes = 0, breaker_probe_execution = NULL,
        breaker_reset_seconds = NULL, breaker_reason = NULL, updated_at = clock_timestamp()
      WHERE task_id = ?\s""";

  private static final String OPEN =
      """
      UPDATE public.actor_server_state
      SET breaker_state = 'open', consecutive_failures = consecutive_failures + 1,
        breaker_opened_at = clock_timestamp(), breaker_reset_seconds = w.seconds,
        breaker_next_probe_at = CASE WHEN w.seconds > 0
          THEN clock_timestamp() + w.seconds * interval '1 second' END,
        breaker_probe_successes = 0, breaker_probe_execution = NULL, breaker_reason = ?,
        updated_at = clock_timestamp()
      FROM (SELECT ?::bigint AS seconds) w
      WHERE task_id = ?\s""";

  private static final String OF_THIS_PROBE =
      "AND breaker_state = 'half_open' AND breaker_probe_execution = ?";

  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcBreakerStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public BreakerSnapshot get(ActorName actor) {
    return transactions.read(
        "read the breaker of " + actor,
        connection -> select(connection, actor, "").map(Row::snapshot).orElse(UNKNOWN_ACTOR));
  }

  @Override
  public Permit tryAcquire(ActorName actor, BreakerPolicy policy, long executionId) {
    if (!keepsFromFiring(policy) || get(actor).state() == State.CLOSED) {
      return Permit.GRANTED;
    }
    return transactions.write(
        "ask the breaker of " + actor,
        connection -> {
          // Locked first also for the probe's execution: the UPDATE's snapshot must include the one
          // of whoever held the lock, because another table is not read again after a wait.
          Optional<Row> row = lock(connection, actor);
          if (row.isEmpty() || row.get().state() == State.CLOSED) {
            return Permit.GRANTED;
          }
          return becomeProbe(connection, actor, executionId) ? Permit.PROBE : Permit.REFUSED;
        });
  }

  private static boolean becomeProbe(Connection connection, ActorName actor, long executionId)
      throws SQLException {
    String sql =
        """
        UPDATE public.actor_server_state
        SET breaker_state = 'half_open', breaker_probe_execution = ?,
          updated_at = clock_timestamp()
        WHERE task_id = ? AND (
          (breaker_state = 'open' AND breaker_next_probe_at <= clock_timestamp())
          OR (breaker_state = 'half_open' AND (
            breaker_probe_execution IS NULL OR breaker_probe_execution = ?
            OR NOT EXISTS (SELECT 1 FROM public.actor_server_executions e
              WHERE e.id = breaker_probe_execution AND e.status = 'running'))))""";
    return update(connection, sql, executionId, actor.value(), executionId);
  }

  @Override
  public BreakerSnapshot recordSuccess(ActorName actor, BreakerPolicy policy, long executionId) {
    return transactions.write(
        "record a success for the breaker of " + actor,
        connection -> {
          Optional<Row> row = lock(connection, actor);
          if (row.isEmpty()) {
            return UNKNOWN_ACTOR;
          }
          if (row.get().state() == State.CLOSED) {
            if (policy.resetOnSuccess() && row.get().failures() > 0) {
              update(connection, CLOSE + "AND breaker_state = 'closed'", actor.value());
            }
          } else {
            countTrialSuccess(connection, actor, policy, executionId);
          }
          return current(connection, actor, false);
        });
  }

  private static void countTrialSuccess(
      Connection connection, ActorName actor, BreakerPolicy policy, long executionId)
      throws SQLException {
    boolean anyRun = !keepsFromFiring(policy);
    String ofTrial = "AND (? OR (breaker_state = 'half_open' AND breaker_probe_execution = ?))";
    boolean closed =
        update(
            connection,
            CLOSE + "AND breaker_state <> 'closed' AND breaker_probe_successes + 1 >= ? " + ofTrial,
            actor.value(),
            policy.successThreshold(),
            anyRun,
            executionId);
    if (!closed) {
      update(
          connection,
          """
          UPDATE public.actor_server_state
          SET breaker_probe_successes = breaker_probe_successes + 1, breaker_probe_execution = NULL,
            updated_at = clock_timestamp()
          WHERE task_id = ? AND breaker_state <> 'closed'\s"""
              + ofTrial,
          actor.value(),
          anyRun,
          executionId);
    }
  }

  @Override
  public BreakerSnapshot recordFailure(
      ActorName actor, BreakerPolicy policy, long executionId, String reason) {
    return transactions.write(
        "record a failure for the breaker of " + actor,
        connection -> {
          Optional<Row> row = lock(connection, actor);
          if (row.isEmpty()) {
            return UNKNOWN_ACTOR;
          }
          String storable = PostgresText.storable(reason);
          boolean opened =
              trip(connection, actor, policy, storable)
                  || failProbe(connection, actor, policy, executionId, storable, row.get());
          if (!opened) {
            count(connection, actor, storable);
          }
          return current(connection, actor, opened);
        });
  }

  private static boolean trip(
      Connection connection, ActorName actor, BreakerPolicy policy, String reason)
      throws SQLException {
    return update(
        connection,
        OPEN + "AND breaker_state = 'closed' AND ? AND consecutive_failures + 1 >= ?",
        reason,
        waitSeconds(policy.resetTimeout()),
        actor.value(),
        policy.enabled(),
        policy.failureThreshold());
  }

  private static boolean failProbe(
      Connection connection,
      ActorName actor,
      BreakerPolicy policy,
      long executionId,
      String reason,
      Row row)
      throws SQLException {
    return update(
        connection,
        OPEN + OF_THIS_PROBE,
        reason,
        nextWaitSeconds(policy.resetTimeout(), row.resetSeconds()),
        actor.value(),
        executionId);
  }

  /** A failure that does not open: too few, a straggler, or a policy that lets failures through. */
  private static void count(Connection connection, ActorName actor, String reason)
      throws SQLException {
    String sql =
        """
        UPDATE public.actor_server_state
        SET consecutive_failures = consecutive_failures + 1, breaker_reason = ?,
          breaker_probe_successes = CASE breaker_state WHEN 'half_open'
            THEN breaker_probe_successes ELSE 0 END,
          updated_at = clock_timestamp()
        WHERE task_id = ?""";
    update(connection, sql, reason, actor.value());
  }

  /** Whole seconds, rounded up so that a wait below one second does not become "for ever". */
  private static long waitSeconds(Duration resetTimeout) {
    return resetTimeout.plusMillis(999).toSeconds();
  }

  private static long nextWaitSeconds(Duration resetTimeout, long previousSeconds) {
    long first = waitSeconds(resetTimeout);
    if (first == 0) {
      return 0;
    }
    long longest = Math.max(first, LONGEST_WAIT.toSeconds());
    return Math.min(longest, Math.max(first, 2 * Math.min(previousSeconds, longest)));
  }

  @Override
  public void releaseProbe(ActorName actor, long executionId) {
    String sql =
        "UPDATE public.actor_server_state SET breaker_probe_execution = NULL,"
            + " updated_at = clock_timestamp() WHERE task_id = ? "
            + OF_THIS_PROBE;
    transactions.write(
        "give back the probe of " + actor,
        connection -> update(connection, sql, actor.value(), executionId));
  }

  @Override
  public void reset(ActorName actor) {
    transactions.write(
        "reset the breaker of " + actor, connection -> update(connection, CLOSE, actor.value()));
  }

  private static boolean keepsFromFiring(BreakerPolicy policy) {
    return policy.enabled() && policy.autoPause();
  }

  private static Optional<Row> lock(Connection connection, ActorName actor) throws SQLException {
    return select(connection, actor, " FOR UPDATE");
  }

  private static BreakerSnapshot current(Connection connection, ActorName actor, boolean tripped)
      throws SQLException {
    BreakerSnapshot now = select(connection, actor, "").map(Row::snapshot).orElse(UNKNOWN_ACTOR);
    return new BreakerSnapshot(
        now.state(), now.consecutiveFailures(), now.openedAt(), now.nextProbeAt(), tripped);
  }

  private static Optional<Row> select(Connection connection, ActorName actor, String lock)
      throws SQLException {
    String sql =
        "SELECT breaker_state, consecutive_failures, breaker_opened_at, breaker_next_probe_at,"
            + " breaker_reset_seconds FROM public.actor_server_state WHERE task_id = ?"
            + lock;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, actor.value());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new Row(
                State.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                row.getInt(2),
                instant(row, 3),
                instant(row, 4),
                row.getLong(5)));
      }
    }
  }

  private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private static boolean update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate() == 1;
    }
  }

  private record Row(
      State state,
      int failures,
      Optional<Instant> openedAt,
      Optional<Instant> nextProbeAt,
      long resetSeconds) {
    BreakerSnapshot snapshot() {
      return new BreakerSnapshot(state, failures, openedAt, nextProbeAt, false);
    }
  }
}
