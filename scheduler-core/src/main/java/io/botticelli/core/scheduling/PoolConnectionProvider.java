package io.botticelli.core.scheduling;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.quartz.utils.ConnectionProvider;

/** Lends Quartz connections of our pool; the pool's owner opens and closes it. */
final class PoolConnectionProvider implements ConnectionProvider {
  private final DataSource pool;

  PoolConnectionProvider(DataSource pool) {
    this.pool = pool;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return pool.getConnection();
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
