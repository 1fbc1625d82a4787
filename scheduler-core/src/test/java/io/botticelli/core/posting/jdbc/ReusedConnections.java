package io.botticelli.core.posting.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.sql.DataSource;

/** The least of pools: opening a connection takes longer than all the tests do with it. */
final class ReusedConnections {
  private final DataSource real;
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

  ReusedConnections(DataSource real) {
    this.real = real;
  }

  DataSource dataSource() {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (self, method, arguments) ->
                method.getName().equals("getConnection") ? borrow() : null);
  }

  private Connection borrow() throws Exception {
    Connection pooled = idle.pollFirst();
    Connection connection = pooled == null ? real.getConnection() : pooled;
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, arguments) -> {
              if (method.getName().equals("close")) {
                idle.addFirst(connection);
                return null;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }
}
