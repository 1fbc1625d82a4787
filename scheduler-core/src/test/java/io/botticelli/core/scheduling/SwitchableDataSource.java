package io.botticelli.core.scheduling;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Connections that a test can take away, as if the database were restarting. */
final class SwitchableDataSource implements DataSource {
  private final DataSource real;
  private final BooleanSupplier refuses;
  private final AtomicReference<String> loseCommitAfter = new AtomicReference<>("");
  volatile boolean away;
  final AtomicInteger refused = new AtomicInteger();

  SwitchableDataSource(DataSource real) {
    this(real, () -> false);
  }

  /**
   * @param refuses asked before each connection on the thread that wants it
   */
  SwitchableDataSource(DataSource real, BooleanSupplier refuses) {
    this.real = real;
    this.refuses = refuses;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (away || refuses.getAsBoolean()) {
      refused.incrementAndGet();
      throw new SQLException("the database is away", "08006");
    }
    String statement = loseCommitAfter.get();
    return statement.isEmpty() ? real.getConnection() : losing(real.getConnection(), statement);
  }

  /** The next transaction that prepares such a statement is committed, but nobody is told. */
  void loseAnswerOfCommitAfter(String statement) {
    loseCommitAfter.set(statement);
  }

  /** Tells whether the answer was lost. */
  boolean hasLostAnswer() {
    return loseCommitAfter.get().isEmpty();
  }

  private Connection losing(Connection connection, String statement) {
    AtomicBoolean prepared = new AtomicBoolean();
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, arguments) -> {
              try {
                if (method.getName().equals("prepareStatement")
                    && String.valueOf(arguments[0]).contains(statement)) {
                  prepared.set(true);
                }
                Object result = method.invoke(connection, arguments);
                if (method.getName().equals("commit")
                    && prepared.get()
                    && loseCommitAfter.compareAndSet(statement, "")) {
                  throw new SQLException("connection lost during COMMIT", "08006");
                }
                return result;
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return real.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    real.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    real.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return real.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return real.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return real.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return real.isWrapperFor(type);
  }
}
