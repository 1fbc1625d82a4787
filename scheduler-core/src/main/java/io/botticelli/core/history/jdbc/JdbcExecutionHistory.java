package io.botticelli.core.history.jdbc;

import static io.botticelli.core.history.jdbc.Columns.json;
import static io.botticelli.core.history.jdbc.Columns.text;

import io.botticelli.core.FailureClass;
import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.db.PostgresText;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.ExecutionHistory;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.FireIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
        connection -> {
          if (request.group().isPresent()) {
            Optional<OpenOutcome.Full> full =
                ConcurrencyGroups.admit(connection, request.fire(), request.group().get());
            if (full.isPresent()) {
              return full.get();
            }
          }
          Optional<Long> inserted = insertRunning(connection, request);
          if (inserted.isPresent()) {
            linkReceipt(connection, request.fire(), inserted.get());
            return new OpenOutcome.Opened(new Fence(inserted.get(), 1), 1);
          }
          return takeOver(connection, request);
        });
  }

  private static Optional<Long> insertRunning(Connection connection, OpenRequest request)
      throws SQLException {
    String sql =
        """
        INSERT INTO public.actor_server_executions
          (task_id, actor_name, kind, scheduled_for, receipt_id, status, node, lease_until,
           definition_version, parameters, concurrency_group, started_at)
        VALUES (?, ?, ?, ?, ?, 'running', ?, clock_timestamp() + ? * interval '1 millisecond',
           ?, ?::jsonb, ?, clock_timestamp())
        ON CONFLICT (task_id, scheduled_for, kind, receipt_id) DO NOTHING
        RETURNING id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = ExecutionRows.bindFire(statement, request.fire());
      statement.setString(next++, PostgresText.storable(request.node()));
      statement.setLong(next++, request.lease().toMillis());
      statement.setString(next++, request.definitionVersion());
      statement.setString(next++, json(request.parameters()));
      statement.setString(next, request.group().map(GroupLimit::name).orElse(""));
      return firstLong(statement);
    }
  }

  /** From now on the request counts as fulfilled, even when this row is removed one day. */
  private static void linkReceipt(Connection connection, FireIdentity fire, long id)
      throws SQLException {
    if (fire.kind() != FireIdentity.Kind.MANUAL || fire.receipt().isEmpty()) {
      return;
    }
    String sql =
        "UPDATE public.fire_receipts SET execution_id = ?"
            + " WHERE receipt_id = ? AND execution_id IS NULL";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      statement.setString(2, PostgresText.storable(fire.receipt()));
      statement.executeUpdate();
    }
  }

  /**
   * Locks the row first: only then does the following UPDATE see what a concurrent transaction left
   * behind, and the lease is judged after the wait.
   */
  private static OpenOutcome takeOver(Connection connection, OpenRequest request)
      throws SQLException {
    String lock =
        """
        SELECT id, status, node FROM public.actor_server_executions
        WHERE task_id = ? AND actor_name = ? AND kind = ? AND scheduled_for = ? AND receipt_id = ?
        FOR UPDATE""";
    try (PreparedStatement statement = connection.prepareStatement(lock)) {
      ExecutionRows.bindFire(statement, request.fire());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("the execution vanished while it was opened", "40001");
        }
        long id = row.getLong("id");
        String node = row.getString("node");
        if (!row.getString("status").equals("running")) {
          return new OpenOutcome.Vetoed(id, "finished", node);
        }
        if (JdbcCancellations.closeUnowned(connection, id, request.recovering())) {
          return new OpenOutcome.Vetoed(id, "cancelled", node);
        }
        Optional<OpenOutcome> opened = takeOver(connection, request, id);
        return opened.orElseGet(() -> new OpenOutcome.Vetoed(id, "owned", node));
      }
    }
  }

  private static Optional<OpenOutcome> takeOver(Connection connection, OpenRequest request, long id)
      throws SQLException {
    String sql =
        """
        UPDATE public.actor_server_executions
        SET epoch = epoch + 1, attempt = attempt + 1, node = ?, definition_version = ?,
          lease_until = clock_timestamp() + ? * interval '1 millisecond'
        WHERE id = ? AND status = 'running' AND (? OR\s"""
            + LEASE_IS_OVER
            + ") RETURNING epoch, attempt";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(request.node()));
      statement.setString(2, request.definitionVersion());
      statement.setLong(3, request.lease().toMillis());
      statement.setLong(4, id);
      statement.setBoolean(5, request.recovering());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        int epoch = row.getInt("epoch");
        int attempt = row.getInt("attempt");
        interruptRuns(
            connection, id, "interrupted: " + request.node() + " took the execution over");
        return Optional.of(new OpenOutcome.Opened(new Fence(id, epoch), attempt));
      }
    }
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
          String task = closeRow(connection, fence, result, causesFires);
          interruptRuns(connection, fence.executionId(), "interrupted: the execution ended");
          countRun(connection, task, fence.executionId(), result.status());
          return null;
        });
  }

  private static String closeRow(
      Connection connection, Fence fence, ExecutionResult result, boolean causesFires)
      throws SQLException {
    String sql =
        """
        UPDATE public.actor_server_executions
        SET status = ?, success = ?, completed_at = clock_timestamp(), lease_until = NULL,
          error_code = ?, error_message = ?, skills_succeeded = ?, skills_failed = ?,
          skills_skipped = ?, tokens_in = ?, tokens_out = ?, metadata = metadata || ?::jsonb,
          failure_class = ?, chain_pending = ?
        WHERE id = ? AND epoch = ? AND status = 'running'
        RETURNING task_id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, result.status().stored());
      statement.setBoolean(2, result.status() == ExecutionStatus.SUCCEEDED);
      statement.setString(3, text(result.errorCode()));
      statement.setString(4, text(result.errorMessage()));
      statement.setInt(5, result.skillsSucceeded());
      statement.setInt(6, result.skillsFailed());
      statement.setInt(7, result.skillsSkipped());
      statement.setLong(8, result.tokensIn());
      statement.setLong(9, result.tokensOut());
      statement.setString(10, json(result.metadata()));
      statement.setString(11, text(result.failureClass().map(FailureClass::stored)));
      statement.setBoolean(12, causesFires);
      statement.setLong(13, fence.executionId());
      statement.setInt(14, fence.epoch());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new StaleExecutionException(fence.executionId(), fence.epoch());
        }
        return row.getString(1);
      }
    }
  }

  /** Executions may end in another order than they started: the latest start stays the last run. */
  static void countRun(Connection connection, String task, long executionId, ExecutionStatus status)
      throws SQLException {
    String sql =
        """
        UPDATE public.actor_server_state s
        SET last_run = GREATEST(s.last_run, e.started_at), last_status = e.status,
          runs_succeeded = s.runs_succeeded + ?, runs_failed = s.runs_failed + ?,
          runs_skipped = s.runs_skipped + ?, updated_at = clock_timestamp()
        FROM public.actor_server_executions e
        WHERE e.id = ? AND s.task_id = ?""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, status == ExecutionStatus.SUCCEEDED ? 1 : 0);
      statement.setInt(2, status == ExecutionStatus.FAILED ? 1 : 0);
      statement.setInt(3, status == ExecutionStatus.SKIPPED ? 1 : 0);
      statement.setLong(4, executionId);
      statement.setString(5, task);
      statement.executeUpdate();
    }
  }

  /** Narrative runs of an attempt that will never finish them. */
  static void interruptRuns(Connection connection, long executionId, String reason)
      throws SQLException {
    String sql =
        """
        UPDATE public.narrative_executions
        SET status = 'failed', completed_at = clock_timestamp(), error_message = ?
        WHERE execution_id = ? AND status = 'running'""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, PostgresText.storable(reason));
      statement.setLong(2, executionId);
      statement.executeUpdate();
    }
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
          if (insertClosed(connection, fire, status, code, message, node)
              && status == ExecutionStatus.SKIPPED) {
            countSkip(connection, fire.actor());
          }
          return null;
        });
  }

  private static boolean insertClosed(
      Connection connection,
      FireIdentity fire,
      ExecutionStatus status,
      String code,
      String message,
      String node)
      throws SQLException {
    String sql =
        """
        INSERT INTO public.actor_server_executions
          (task_id, actor_name, kind, scheduled_for, receipt_id, status, error_code, error_message,
           node, completed_at, started_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp(), clock_timestamp())
        ON CONFLICT (task_id, scheduled_for, kind, receipt_id) DO NOTHING
        RETURNING id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = ExecutionRows.bindFire(statement, fire);
      statement.setString(next++, status.stored());
      statement.setString(next++, PostgresText.storable(code));
      statement.setString(next++, PostgresText.storable(message));
      statement.setString(next, PostgresText.storable(node));
      Optional<Long> inserted = firstLong(statement);
      if (inserted.isPresent()) {
        linkReceipt(connection, fire, inserted.get());
        ConcurrencyGroups.forget(connection, fire);
      }
      return inserted.isPresent();
    }
  }

  private static void countSkip(Connection connection, ActorName actor) throws SQLException {
    String sql =
        "UPDATE public.actor_server_state SET runs_skipped = runs_skipped + 1,"
            + " updated_at = clock_timestamp() WHERE task_id = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, actor.value());
      statement.executeUpdate();
    }
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
        connection -> {
          if (!lockUnowned(connection, executionId)) {
            return false;
          }
          String sql =
              """
              UPDATE public.actor_server_executions
              SET status = 'abandoned', completed_at = clock_timestamp(), lease_until = NULL,
                error_code = 'abandoned', error_message = ?
              WHERE id = ? AND epoch = ? AND status = 'running' AND\s"""
                  + LEASE_IS_OVER
                  + " RETURNING task_id";
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, PostgresText.storable(reason));
            statement.setLong(2, executionId);
            statement.setInt(3, epoch);
            try (ResultSet row = statement.executeQuery()) {
              if (!row.next()) {
                return false;
              }
              interruptRuns(connection, executionId, reason);
              countRun(connection, row.getString(1), executionId, ExecutionStatus.ABANDONED);
              return true;
            }
          }
        });
  }

  /**
   * Locks an execution whose lease is over against effects of its owner that are on their way; one
   * that is owned is not waited for.
   */
  private static boolean lockUnowned(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM public.actor_server_executions"
                + " WHERE id = ? AND status = 'running' AND "
                + LEASE_IS_OVER
                + " FOR UPDATE")) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
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

  private static Optional<Long> firstLong(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
    }
  }
}
