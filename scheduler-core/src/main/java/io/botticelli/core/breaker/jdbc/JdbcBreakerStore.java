package io.botticelli.core.breaker.jdbc;

import io.botticelli.core.FailureClass;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.breaker.BreakerStore;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.db.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Breakers in the columns {@code breaker_*} and {@code consecutive_failures} of {@code
 * actor_server_state}.
 *
 * <p>Every method that writes locks the actor's row first; each transition is then one UPDATE whose
 * WHERE says from which state it leads. A policy that does not keep the actor from firing
 * (disabled, or without auto-pause) never refuses; a success then closes what failures had opened.
 * Results of runs granted before the breaker opened are counted, but only the probe moves a
 * half-open breaker. Thread-safe.
 *
 * <p>{@code breaker_cause} says why a breaker is not closed and means nothing while it is, so that
 * people who close one with SQL of their own need not know it.
 */
public final class JdbcBreakerStore implements BreakerStore {
  /** Waits between probes double up to this: a dead actor is still tried once a day. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);

  /** A quota nobody gave a time for is tried once an hour. */
  private static final Duration UNKNOWN_QUOTA_WAIT = Duration.ofHours(1);

  /** A quota of the day is renewed within this, also on the day with 25 hours. */
  private static final Duration LONGEST_QUOTA_WAIT = Duration.ofHours(26);

  private static final String FROM_CLOSED_OR_QUOTA =
      "AND (breaker_state = 'closed' OR (breaker_state = 'open' AND breaker_cause = 'quota')) ";

  private static final String WAITING_FOR_QUOTA =
      "AND breaker_state = 'open' AND breaker_cause = 'quota' ";

  private static final String CLOSE =
      """
      UPDATE public.actor_server_state
      SET breaker_state = 'closed', consecutive_failures = 0, breaker_opened_at = NULL,
        breaker_next_probe_at = NULL, breaker_probe_successes = 0, breaker_probe_execution = NULL,
        breaker_reset_seconds = NULL, breaker_reason = NULL, breaker_cause = NULL,
        updated_at = clock_timestamp()
      WHERE task_id = ?\s""";

  /** As CLOSE, but what was counted before the quota was used up still counts. */
  private static final String END_QUOTA_WAIT =
      """
      UPDATE public.actor_server_state
      SET breaker_state = 'closed', breaker_opened_at = NULL, breaker_next_probe_at = NULL,
        breaker_reason = NULL, breaker_cause = NULL, updated_at = clock_timestamp()
      WHERE task_id = ?\s"""
          + WAITING_FOR_QUOTA;

  private static final String OPEN =
      """
      UPDATE public.actor_server_state
      SET breaker_state = 'open', consecutive_failures = consecutive_failures + 1,
        breaker_opened_at = clock_timestamp(), breaker_reset_seconds = w.seconds,
        breaker_next_probe_at = CASE WHEN w.seconds > 0
          THEN clock_timestamp() + w.seconds * interval '1 second' END,
        breaker_probe_successes = 0, breaker_probe_execution = NULL, breaker_reason = ?,
        breaker_cause = COALESCE(?, breaker_cause), updated_at = clock_timestamp()
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
        "read the breaker of " + actor, connection -> BreakerRow.snapshot(connection, actor));
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
          Optional<BreakerRow> row = BreakerRow.lock(connection, actor);
          if (row.isEmpty() || row.get().state() == State.CLOSED) {
            return Permit.GRANTED;
          }
          if (row.get().cause().equals(Optional.of(Cause.QUOTA))) {
            return update(
                    connection,
                    END_QUOTA_WAIT + "AND breaker_next_probe_at <= clock_timestamp()",
                    actor.value())
                ? Permit.GRANTED
                : Permit.REFUSED;
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
          Optional<BreakerRow> row = BreakerRow.lock(connection, actor);
          if (row.isEmpty()) {
            return BreakerRow.UNKNOWN_ACTOR;
          }
          if (row.get().state() == State.CLOSED) {
            if (policy.resetOnSuccess() && row.get().failures() > 0) {
              update(connection, CLOSE + "AND breaker_state = 'closed'", actor.value());
            }
          } else if (row.get().cause().equals(Optional.of(Cause.QUOTA))) {
            update(
                connection,
                policy.resetOnSuccess() ? CLOSE + WAITING_FOR_QUOTA : END_QUOTA_WAIT,
                actor.value());
          } else {
            countTrialSuccess(connection, actor, policy, executionId);
          }
          return BreakerRow.current(connection, actor, false);
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
      ActorName actor, BreakerPolicy policy, long executionId, Failure failure) {
    return transactions.write(
        "record a failure for the breaker of " + actor,
        connection -> {
          Optional<BreakerRow> row = BreakerRow.lock(connection, actor);
          if (row.isEmpty()) {
            return BreakerRow.UNKNOWN_ACTOR;
          }
          String reason = PostgresText.storable(failure.reason());
          if (failure.failureClass() == FailureClass.QUOTA) {
            awaitQuota(connection, actor, policy, executionId, reason, quotaWait(failure));
            return BreakerRow.current(connection, actor, false);
          }
          boolean opened =
              trip(connection, actor, policy, failure.failureClass(), reason)
                  || failProbe(connection, actor, policy, executionId, reason, row.get());
          if (!opened) {
            count(connection, actor, reason);
          }
          return BreakerRow.current(connection, actor, opened);
        });
  }

  private static boolean trip(
      Connection connection,
      ActorName actor,
      BreakerPolicy policy,
      FailureClass failureClass,
      String reason)
      throws SQLException {
    boolean permanent = failureClass == FailureClass.PERMANENT;
    return update(
        connection,
        OPEN + FROM_CLOSED_OR_QUOTA + "AND ? AND (? OR consecutive_failures + 1 >= ?)",
        reason,
        BreakerRow.stored(permanent ? Cause.PERMANENT : Cause.FAILURES),
        waitSeconds(policy.resetTimeout()),
        actor.value(),
        policy.enabled(),
        permanent,
        policy.failureThreshold());
  }

  /**
   * Lets the actor wait without counting. A breaker that was open for another cause keeps it: after
   * the quota its next run is still the probe.
   */
  private static void awaitQuota(
      Connection connection,
      ActorName actor,
      BreakerPolicy policy,
      long executionId,
      String reason,
      long waitMs)
      throws SQLException {
    String until = "clock_timestamp() + ? * interval '1 millisecond'";
    String wait =
        """
        UPDATE public.actor_server_state
        SET breaker_state = 'open', breaker_cause = 'quota', breaker_reason = ?,
          breaker_opened_at = CASE breaker_state WHEN 'open' THEN breaker_opened_at
            ELSE clock_timestamp() END,
          breaker_next_probe_at = GREATEST(\s"""
            + until
            + ", CASE breaker_state WHEN 'open' THEN breaker_next_probe_at END),"
            + " breaker_probe_successes = 0, breaker_probe_execution = NULL,"
            + " breaker_reset_seconds = NULL, updated_at = clock_timestamp() WHERE task_id = ? "
            + FROM_CLOSED_OR_QUOTA
            + "AND ?";
    if (update(connection, wait, reason, waitMs, actor.value(), policy.enabled())) {
      return;
    }
    String probeAgain =
        "UPDATE public.actor_server_state SET breaker_state = 'open', breaker_reason = ?,"
            + " breaker_next_probe_at = "
            + until
            + ", breaker_probe_execution = NULL, updated_at = clock_timestamp() WHERE task_id = ? "
            + OF_THIS_PROBE;
    update(connection, probeAgain, reason, waitMs, actor.value(), executionId);
  }

  private static long quotaWait(Failure failure) {
    Duration wait = failure.retryAfter().orElse(UNKNOWN_QUOTA_WAIT);
    Duration bounded = wait.compareTo(LONGEST_QUOTA_WAIT) > 0 ? LONGEST_QUOTA_WAIT : wait;
    return Math.max(1, bounded.toMillis());
  }

  private static boolean failProbe(
      Connection connection,
      ActorName actor,
      BreakerPolicy policy,
      long executionId,
      String reason,
      BreakerRow row)
      throws SQLException {
    return update(
        connection,
        OPEN + OF_THIS_PROBE,
        reason,
        null,
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

  private static boolean update(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        Object value = values[i];
        if (value == null) {
          statement.setNull(i + 1, Types.VARCHAR);
        } else {
          statement.setObject(i + 1, value);
        }
      }
      return statement.executeUpdate() == 1;
    }
  }
}
