package io.botticelli.core.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.botticelli.core.StoreException;
import io.botticelli.core.db.DataSources.PoolFigures;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class DataSourcesDbTest {
  private static final TestDatabase DATABASE = TestDatabase.empty();

  @Test
  void everySessionHasItsLimits() throws SQLException {
    try (DataSources sources = new DataSources(settings(DATABASE.jdbcUrl(), 2))) {
      try (Connection connection = sources.quartz().getConnection()) {
        assertThat(show(connection, "lock_timeout")).isEqualTo("10s");
        assertThat(show(connection, "idle_in_transaction_session_timeout")).isEqualTo("10s");
        assertThat(show(connection, "statement_timeout")).isEqualTo("20s");
        assertThat(show(connection, "application_name")).isEqualTo("botticelli quartz");
      }
      try (Connection connection = sources.direct().getConnection()) {
        assertThat(show(connection, "statement_timeout")).isEqualTo("0");
      }
    }
  }

  @Test
  void anExhaustedPoolFailsSoonAndNamesItselfWhileTheOtherWorks() throws SQLException {
    try (DataSources sources = new DataSources(settings(DATABASE.jdbcUrl(), 2));
        Connection first = sources.application().getConnection();
        Connection second = sources.application().getConnection()) {
      long start = System.nanoTime();

      assertThatThrownBy(
              () -> new Transactions(sources.application()).read("list actors", any -> null))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("list actors failed: pool application has no free connection")
          .hasMessageContaining("2 of 2 busy")
          .extracting(failure -> ((StoreException) failure).isRetryable())
          .isEqualTo(true);

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(sources.figures())
          .contains(new PoolFigures("application", 2, 0, 0, 2))
          .extracting(PoolFigures::pool)
          .containsExactly("application", "quartz");
      assertThat(first).isNotSameAs(second);
      try (Connection other = sources.quartz().getConnection()) {
        assertThat(other.isValid(5)).isTrue();
      }
    }
  }

  @Test
  void recoversWhenTheServerEndedAllSessions() throws SQLException {
    try (DataSources sources = new DataSources(settings(DATABASE.jdbcUrl(), 3))) {
      try (Connection connection = sources.application().getConnection()) {
        assertThat(connection.isValid(5)).isTrue();
      }
      DATABASE.value(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
              + " WHERE datname = current_database() AND pid <> pg_backend_pid()");

      try (Connection connection = sources.application().getConnection()) {
        assertThat(show(connection, "application_name")).isEqualTo("botticelli application");
      }
    }
  }

  @Test
  void aServerThatIsAwayIsReportedWithItsReason() throws Exception {
    int closed;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = free.getLocalPort();
    }
    DatabaseSettings away = settings("postgresql://ann:s3cret@127.0.0.1:" + closed + "/shop", 2);

    try (DataSources sources = new DataSources(away)) {
      assertThatThrownBy(() -> new Transactions(sources.quartz()).read("check in", any -> null))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("pool quartz gets no connection")
          .hasMessageContaining("refused")
          .hasMessageNotContaining("s3cret");
    }
    assertThatThrownBy(() -> new DatabaseCheck(away).check())
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("127.0.0.1:" + closed + "/shop as ann does not answer")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void checkDescribesAUsableDatabase() {
    assertThat(new DatabaseCheck(settings(DATABASE.jdbcUrl(), 2)).check())
        .startsWith("PostgreSQL ")
        .endsWith(" as postgres");
  }

  @Test
  void checkNamesWhatIsWrong() {
    String url = DATABASE.jdbcUrl();
    TestDatabase other = TestDatabase.empty();
    other.execute(
        "CREATE ROLE reader LOGIN",
        "CREATE ROLE locked LOGIN",
        "ALTER ROLE locked SET default_transaction_read_only = on");

    assertCheck(url.replaceAll("/test_[0-9]+", "/nothere"))
        .contains("createdb --owner=postgres nothere");
    assertCheck(url.replace("127.0.0.1", "no-such-host.invalid")).contains("no host of that name");
    assertCheck(url.replace("user=postgres", "user=nobody")).contains("refuses this role");
    assertCheck(other.jdbcUrl().replace("user=postgres", "user=reader"))
        .contains("does not let this role create tables");
    assertCheck(other.jdbcUrl().replace("user=postgres", "user=locked"))
        .contains("only allows reading");
  }

  private static AbstractStringAssert<?> assertCheck(String url) {
    Throwable failure = catchThrowable(() -> new DatabaseCheck(settings(url, 2)).check());
    assertThat(failure).isInstanceOf(DatabaseUnavailableException.class);
    return assertThat(failure.getMessage());
  }

  private static DatabaseSettings settings(String url, int connections) {
    return DatabaseSettings.parse(url, connections, 2, Duration.ofSeconds(2), Duration.ZERO);
  }

  private static String show(Connection connection, String setting) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT current_setting('" + setting + "')")) {
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }
}
