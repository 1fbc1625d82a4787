package io.botticelli.core.scheduling;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.quartz.utils.ConnectionProvider;

/**
 * Lends Quartz connections of our pool; the pool's owner opens and closes it. Notes what the
 * scheduler thread commits.
 */
final class PoolConnectionProvider implements ConnectionProvider {
  private final DataSource pool;
  private final Acquisitions acquisitions;

  PoolConnectionProvider(DataSource pool, Acquisitions acquisitions) {
    this.pool = pool;
    this.acquisitions = acquisitions;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = pool.getConnection();
    return Thread.currentThread().getName().equals(QuartzProperties.SCHEDULER_THREAD)
        ? observed(connection)
        : connection;
  }

  private Connection observed(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            PoolConnectionProvider.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(connection, arguments);
                if (method.getName().equals("commit")) {
                  acquisitions.passed();
                }
                return result;
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  @Override
  public void initialize() {
    // The pool is ready before the scheduler is built.
  }

  @Override
  public void shutdown() {
    // Quartz calls this when the scheduler stops; the pool is not its own to close.
  }
}
