package io.botticelli.core.db;

import com.mchange.v2.c3p0.PoolBackedDataSource;
import com.mchange.v2.c3p0.WrapperConnectionPoolDataSource;
import java.beans.PropertyVetoException;
import java.util.List;
import javax.sql.DataSource;

/**
 * The connections of one node: a pool for the application, a pool for Quartz, and unpooled ones for
 * migrations. Two pools, so that slow actors can never keep the scheduler from checking in.
 *
 * <p>Thread-safe. {@link #close} ends all pooled connections.
 */
public final class DataSources implements AutoCloseable {
  /** Servers behind balancers and password changes are picked up within this. */
  private static final int MAX_AGE_SECONDS = 1800;

  private static final int IDLE_TEST_SECONDS = 30;
  private static final int VALIDATION_SECONDS = 3;

  /** With the delay, a server that is away is reported within the check-out time-out. */
  private static final int ACQUIRE_ATTEMPTS = 2;

  private static final int ACQUIRE_DELAY_MS = 500;

  /** No transaction may live that long; a leaked connection gives its place back. */
  private static final int UNRETURNED_SECONDS = 300;

  /** A helper thread stuck in a connection attempt is replaced. */
  private static final int MAX_ADMINISTRATION_SECONDS = 60;

  private final NamedPool application;
  private final NamedPool quartz;
  private final DataSource direct;
  private final DataSource kept;

  /** Prepares the pools; no connection is made before the first is asked for. */
  public DataSources(DatabaseSettings settings) {
    application = pool("application", settings, settings.applicationConnections());
    quartz = pool("quartz", settings, settings.quartzConnections());
    direct = settings.unpooled();
    kept = settings.kept();
  }

  private static NamedPool pool(String name, DatabaseSettings settings, int size) {
    WrapperConnectionPoolDataSource connections = new WrapperConnectionPoolDataSource();
    PoolBackedDataSource pool = new PoolBackedDataSource();
    try {
      connections.setNestedDataSource(settings.pooled(name));
      pool.setConnectionPoolDataSource(connections);
    } catch (PropertyVetoException impossible) {
      throw new IllegalStateException("c3p0 refused its own data source", impossible);
    }
    connections.setMinPoolSize(1);
    connections.setInitialPoolSize(1);
    connections.setMaxPoolSize(size);
    connections.setAcquireIncrement(1);
    connections.setCheckoutTimeout(Math.toIntExact(settings.checkoutTimeout().toMillis()));
    connections.setAcquireRetryAttempts(ACQUIRE_ATTEMPTS);
    connections.setAcquireRetryDelay(ACQUIRE_DELAY_MS);
    connections.setBreakAfterAcquireFailure(false);
    connections.setTestConnectionOnCheckout(true);
    connections.setConnectionIsValidTimeout(VALIDATION_SECONDS);
    connections.setIdleConnectionTestPeriod(IDLE_TEST_SECONDS);
    connections.setMaxIdleTime(Math.toIntExact(settings.idleTimeout().toSeconds()));
    connections.setMaxConnectionAge(MAX_AGE_SECONDS);
    connections.setUnreturnedConnectionTimeout(UNRETURNED_SECONDS);
    connections.setMaxAdministrativeTaskTime(MAX_ADMINISTRATION_SECONDS);
    connections.setMaxStatements(0);
    connections.setAutoCommitOnClose(false);
    pool.setDataSourceName("botticelli-" + name);
    return new NamedPool(name, pool, size, settings.checkoutTimeout());
  }

  /** Returns the pool of everything but the scheduler itself. */
  public DataSource application() {
    return application;
  }

  /** Returns the pool only Quartz uses. */
  public DataSource quartz() {
    return quartz;
  }

  /** Returns unpooled connections without statement time-out, for migrations. */
  public DataSource direct() {
    return direct;
  }

  /** Returns unpooled connections to keep, for hearing notifications. */
  public DataSource kept() {
    return kept;
  }

  /** Returns the figures of both pools as they are now. */
  public List<PoolFigures> figures() {
    return List.of(application.figures(), quartz.figures());
  }

  @Override
  public void close() {
    application.close();
    quartz.close();
  }

  /**
   * A pool at one moment.
   *
   * @param pool {@code application} or {@code quartz}
   * @param busy connections in use
   * @param idle connections free
   * @param waiting threads that wait for one
   * @param max most connections it may open
   */
  public record PoolFigures(String pool, int busy, int idle, int waiting, int max) {}
}
