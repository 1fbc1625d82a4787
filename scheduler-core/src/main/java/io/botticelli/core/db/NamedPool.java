package io.botticelli.core.db;

import com.mchange.v2.c3p0.PooledDataSource;
import com.mchange.v2.resourcepool.TimeoutException;
import io.botticelli.core.db.DataSources.PoolFigures;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A c3p0 pool that says its name and figures when it cannot give a connection. Thread-safe. */
final class NamedPool implements DataSource, AutoCloseable {
  private final String name;
  private final PooledDataSource pool;
  private final int max;
  private final Duration checkoutTimeout;

  NamedPool(String name, PooledDataSource pool, int max, Duration checkoutTimeout) {
    this.name = name;
    this.pool = pool;
    this.max = max;
    this.checkoutTimeout = checkoutTimeout;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      return pool.getConnection();
    } catch (SQLException failure) {
      throw explain(failure);
    }
  }

  private SQLException explain(SQLException failure) {
    PoolFigures now = figures();
    if (isCausedBy(failure, TimeoutException.class) && now.busy() >= max) {
      return new SQLTransientConnectionException(
          "pool "
              + name
              + " has no free connection after "
              + checkoutTimeout.toMillis()
              + " ms ("
              + now.busy()
              + " of "
              + max
              + " busy, "
              + now.waiting()
              + " waiting); raise database.pool_size or run fewer actors at once",
          SqlStates.POOL_EXHAUSTED,
          failure);
    }
    @Nullable SQLException server = lastFailure();
    String state = server == null ? null : server.getSQLState();
    return new SQLTransientConnectionException(
        "pool "
            + name
            + " gets no connection ("
            + now.busy()
            + " of "
            + max
            + " busy): "
            + (server == null ? "the database does not answer" : server.getMessage()),
        state == null ? SqlStates.UNREACHABLE : state,
        failure);
  }

  /**
   * What the database said when c3p0 last tried to connect; c3p0 itself reports only that it
   * failed.
   */
  private @Nullable SQLException lastFailure() {
    try {
      Throwable failure = pool.getLastAcquisitionFailureDefaultUser();
      while (failure != null) {
        if (failure instanceof SQLException server && server.getSQLState() != null) {
          return server;
        }
        failure = failure.getCause();
      }
      return null;
    } catch (SQLException closed) {
      return closed;
    }
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  PoolFigures figures() {
    try {
      return new PoolFigures(
          name,
          pool.getNumBusyConnectionsDefaultUser(),
          pool.getNumIdleConnectionsDefaultUser(),
          pool.getNumThreadsAwaitingCheckoutDefaultUser(),
          max);
    } catch (SQLException closed) {
      return new PoolFigures(name, 0, 0, 0, max);
    }
  }

  @Override
  public void close() {
    try {
      pool.close();
    } catch (SQLException failure) {
      throw SqlStates.translate("close pool " + name, failure);
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("pool " + name + " connects as one role only");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() throws SQLException {
    return pool.getLogWriter();
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    pool.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    pool.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return pool.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("pool " + name + " does not use java.util.logging");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    return pool.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || pool.isWrapperFor(type);
  }
}
