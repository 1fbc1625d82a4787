package io.botticelli.core.db;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in one database transaction and translates what goes wrong.
 *
 * <p>Thread-safe; each call takes one connection from the pool and gives it back. Work must not
 * keep the connection and must not talk to anything but the database.
 */
public final class Transactions {
  private final DataSource dataSource;
  private final @Nullable InterruptWatch interrupts;

  /**
   * @param dataSource application pool; never Quartz's
   */
  public Transactions(DataSource dataSource) {
    this(dataSource, null);
  }

  private Transactions(DataSource dataSource, @Nullable InterruptWatch interrupts) {
    this.dataSource = dataSource;
    this.interrupts = interrupts;
  }

  /**
   * Returns the same, but work ends soon with a {@link StoreException} and without effect when its
   * thread is interrupted. For what a run reads and writes, which may take long; not for recording
   * how it ended.
   */
  public Transactions interruptible(InterruptWatch watch) {
    return new Transactions(dataSource, watch);
  }

  /**
   * Runs read-only work at READ COMMITTED.
   *
   * @param what what is being done, for messages, for example {@code "list executions"}
   * @throws StoreException if the database fails
   */
  public <T> T read(String what, Work<T> work) {
    return inTransaction(what, true, work);
  }

  /**
   * Runs work at READ COMMITTED and commits it.
   *
   * @throws StoreException if the database fails; nothing was written, unless the connection broke
   *     during COMMIT, when the outcome is unknown
   */
  public <T> T write(String what, Work<T> work) {
    return inTransaction(what, false, work);
  }

  /**
   * Runs work that counts only while the execution is still owned: checks epoch and status first
   * and locks the row, so that whoever takes the execution over or closes it for a dead owner,
   * which they do under FOR UPDATE, waits until this transaction has ended. The owner's signs of
   * life do not wait: work may take longer than its lease.
   *
   * @throws StaleExecutionException if another node took the execution over or it was closed;
   *     nothing was written
   * @throws StoreException if the database fails
   */
  public <T> T fenced(String what, long executionId, int epoch, Work<T> work) {
    return inTransaction(
        what,
        false,
        connection -> {
          checkFence(connection, executionId, epoch);
          return work.run(connection);
        });
  }

  private static void checkFence(Connection connection, long executionId, int epoch)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT 1 FROM public.actor_server_executions"
                + " WHERE id = ? AND epoch = ? AND status = 'running' FOR KEY SHARE")) {
      statement.setLong(1, executionId);
      statement.setInt(2, epoch);
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next()) {
          throw new StaleExecutionException(executionId, epoch);
        }
      }
    }
  }

  private <T> T inTransaction(String what, boolean readOnly, Work<T> work) {
    try (Connection connection = dataSource.getConnection();
        InterruptWatch.@Nullable Watched watched =
            interrupts == null ? null : interrupts.watch(connection)) {
      connection.setAutoCommit(false);
      connection.setReadOnly(readOnly);
      try {
        T result = work.run(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error failure) {
        rollBack(connection, failure);
        throw failure;
      } finally {
        restore(connection);
      }
    } catch (SQLException failure) {
      throw SqlStates.translate(what, failure);
    }
  }

  private static void rollBack(Connection connection, Throwable failure) {
    try {
      connection.rollback();
    } catch (SQLException suppressed) {
      failure.addSuppressed(suppressed);
    }
  }

  /** A broken connection cannot be reset; the pool's test on check-out discards it. */
  private static void restore(Connection connection) throws SQLException {
    if (!connection.isClosed()) {
      connection.setReadOnly(false);
      connection.setAutoCommit(true);
    }
  }

  /** Work inside a transaction. */
  @FunctionalInterface
  public interface Work<T> {
    /**
     * @throws SQLException as the driver throws it; translated by the caller
     */
    T run(Connection connection) throws SQLException;
  }
}
