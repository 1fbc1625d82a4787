package io.botticelli.core.posting.jdbc;

import io.botticelli.core.platform.ScriptedPlatform.NodeKilledError;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A data source whose node dies at the n-th step. Steps are: before a connection is taken, before a
 * commit reaches the server, after a commit before the node hears of it.
 */
final class KillingDataSource {
  private final DataSource real;
  private final AtomicInteger stepsLeft;

  KillingDataSource(DataSource real, int step) {
    this.real = real;
    this.stepsLeft = new AtomicInteger(step);
  }

  DataSource dataSource() {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          if (!method.equals("getConnection")) {
            return null;
          }
          step("before a connection");
          return connection(real.getConnection());
        });
  }

  /** Tells whether the node lived through all of it. */
  boolean survived() {
    return stepsLeft.get() > 0;
  }

  private Connection connection(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, arguments) -> {
              boolean commits = method.getName().equals("commit");
              if (commits) {
                step("before a commit");
              }
              try {
                Object result = method.invoke(connection, arguments);
                if (commits) {
                  step("after a commit");
                }
                return result;
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  private void step(String where) {
    if (stepsLeft.decrementAndGet() == 0) {
      throw new NodeKilledError(where);
    }
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.invoke(method.getName(), arguments)));
  }

  private interface Call {
    Object invoke(String method, Object[] arguments) throws Throwable;
  }
}
