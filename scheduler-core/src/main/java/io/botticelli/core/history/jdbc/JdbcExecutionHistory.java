package io.botticelli.core.history.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.FireIdentity;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Executions in {@code actor_server_executions}.
 *
 * <p>The unique key over the fire's identity makes two nodes that open the same fire meet on one
 * row; whoever changes that row holds its lock, so a take-over waits for an effect transaction that
 * has already passed the fence and is seen by every later one. Thread-safe.
 */
public final class JdbcExecutionHistory implements ExecutionHistory {
  private static final int MAX_LIMIT = 500;

  /** The lease is over: nobody renewed it in time. Rows written by hand may have none. */
  static final String LEASE_IS_OVER = "(lease_until IS NULL OR lease_until <= clock_timestamp())";

  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcExecutionHistory(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public OpenOutcome open(OpenRequest request) {
    return transactions.write(
        "open the execution of " + request.fire().actor(),
        connection -> ExecutionOpening.open(connection, request));
  }

  @Override
  public Map<Fence, Renewal> renewLeases(Collection<Fence> fences, Duration lease) {
    return fences.isEmpty()
        ? Map.of()
        : transactions.write(
            "extend the leases of " + fences.size() + " executions",
            connection -> LeaseRenewal.renew(connection, fences, lease));
  }

  @Override
  public void releaseLease(Fence fence) {
    transactions.write(
        "release the lease of execution " + fence.executionId(),
        connection -> {
          String sql =
              """
              UPDATE public.actor_server_executions SET lease_until = clock_timestamp()
              WHERE id = ? AND epoch = ? AND status = 'running'""";
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, fence.executionId());
            statement.setInt(2, fence.epoch());
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public void close(Fence fence, ExecutionResult result, boolean causesFires) {
    if (result.status() == ExecutionStatus.RUNNING) {
      throw new IllegalArgumentException(
          "execution " + fence.executionId() + " cannot be closed as running");
    }
    transactions.write(
        "close execution " + fence.executionId(),
        connection -> {
          ExecutionClosing.close(connection, fence, result, causesFires);
          return null;
        });
  }

  @Override
  public void recordNotRun(
      FireIdentity fire, ExecutionStatus status, String code, String message, String node) {
    if (status != ExecutionStatus.SKIPPED && status != ExecutionStatus.MISSED) {
      throw new IllegalArgumentException(
          "a fire that never ran is skipped or missed, not " + status.stored());
    }
    transactions.write(
        "record that " + fire.actor() + " did not run",
        connection -> {
          ExecutionOpening.recordNotRun(connection, fire, status, code, message, node);
          return null;
        });
  }

  @Override
  public List<Expired> listExpired(int limit) {
    return transactions.read(
        "list expired executions",
        connection -> {
          String sql =
              "SELECT id, epoch, actor_name, scheduled_for, kind, receipt_id, node, attempt,"
                  + " parameters FROM public.actor_server_executions WHERE status = 'running' AND "
                  + LEASE_IS_OVER
                  + " ORDER BY lease_until, id LIMIT ?";
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, limit);
            List<Expired> expired = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                expired.add(
                    new Expired(
                        new Fence(row.getLong("id"), row.getInt("epoch")),
                        ExecutionRows.fire(row),
                        row.getString("node"),
                        row.getInt("attempt"),
                        Columns.strings(row.getString("parameters"))));
              }
            }
            return expired;
          }
        });
  }

  @Override
  public boolean abandon(long executionId, int epoch, String reason) {
    return transactions.write(
        "abandon execution " + executionId,
        connection -> ExecutionClosing.abandon(connection, executionId, epoch, reason));
  }

  @Override
  public boolean closeCancelled(long executionId) {
    return transactions.write(
        "close cancelled execution " + executionId,
        connection -> JdbcCancellations.closeUnowned(connection, executionId, false));
  }

  @Override
  public Optional<Execution> find(long executionId) {
    return transactions.read(
        "find execution " + executionId,
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT * FROM public.actor_server_executions WHERE id = ?")) {
            statement.setLong(1, executionId);
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? Optional.of(ExecutionRows.execution(row)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public List<Execution> list(Filter filter) {
    if (filter.limit() < 1 || filter.limit() > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "limit is " + filter.limit() + ", expected 1.." + MAX_LIMIT);
    }
    return transactions.read(
        "list executions", connection -> ExecutionRows.list(connection, filter));
  }

  @Override
  public List<NarrativeRun> listRuns(long executionId) {
    return transactions.read(
        "list the runs of execution " + executionId,
        connection -> RecordedRuns.list(connection, executionId));
  }
}
