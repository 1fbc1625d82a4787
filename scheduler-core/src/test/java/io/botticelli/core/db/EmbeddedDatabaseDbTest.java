package io.botticelli.core.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("db")
class EmbeddedDatabaseDbTest {
  /** Unpacked once: that is most of a first start. */
  @TempDir static Path programs;

  @TempDir Path home;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeEverything() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void keepsDataPortAndDurabilityAcrossRestarts() {
    EmbeddedDatabase first = startOrJoin();
    String url = first.jdbcUrl();
    execute(url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)");
    assertThat(value(url, "SHOW fsync")).isEqualTo("on");
    assertThat(value(url, "SHOW full_page_writes")).isEqualTo("on");
    assertThat(value(url, "SHOW synchronous_commit")).isEqualTo("on");
    assertThat(value(url, "SHOW server_version")).startsWith(EmbeddedDatabase.MAJOR_VERSION + ".");
    assertThat(value(url, "SELECT current_database() || ' ' || current_setting('is_superuser')"))
        .isEqualTo("botticelli off");
    first.close();
    assertThat(isUp(url)).as("the last one out stops it").isFalse();

    EmbeddedDatabase second = startOrJoin();

    assertThat(second.jdbcUrl()).as("same port").isEqualTo(url);
    assertThat(value(url, "SELECT n FROM kept")).isEqualTo("7");
    assertThat(second.describe())
        .contains(home.toString())
        .doesNotContain(url.substring(url.lastIndexOf('=') + 1));
    new SchemaMigrator(dataSource(url)).migrate();
    assertThat(value(url, "SELECT count(*) FROM actor_server_state")).isEqualTo("0");
  }

  @Test
  void asksForThePassword() {
    String url = startOrJoin().jdbcUrl();

    assertThatThrownBy(() -> value(url.replaceAll("password=.*", "password=x"), "SELECT 1"))
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void staysUpForThoseWhoJoinedAndStopsWithTheLast() throws Exception {
    EmbeddedDatabase owner = startOrJoin();
    OtherProcess other = new OtherProcess(home);
    assertThat(other.url()).isEqualTo(owner.jdbcUrl());

    owner.close();

    assertThat(isUp(other.url())).isTrue();
    other.leave();
    assertThat(isUp(owner.jdbcUrl())).as("stopped by the process that joined").isFalse();
    assertThat(value(startOrJoin().jdbcUrl(), "SELECT 1")).as("and starts again").isEqualTo("1");
  }

  @Test
  void adoptsAServerWhoseProcessWasKilled() throws Exception {
    OtherProcess owner = new OtherProcess(home);
    String url = owner.url();
    execute(url, "CREATE TABLE kept (n int)");
    owner.kill();

    EmbeddedDatabase adopted = startOrJoin();

    assertThat(adopted.jdbcUrl()).isEqualTo(url);
    assertThat(value(url, "SELECT count(*) FROM kept")).isEqualTo("0");
    adopted.close();
    assertThat(isUp(url)).isFalse();
  }

  @Test
  void startsAfterBothServerAndOwnerWereKilled() throws Exception {
    OtherProcess owner = new OtherProcess(home);
    String url = owner.url();
    execute(url, "CREATE TABLE kept (n int)");
    long postmaster =
        Long.parseLong(Files.readAllLines(home.resolve("postgres/postmaster.pid")).get(0));
    owner.kill();
    ProcessHandle.of(postmaster).ifPresent(ProcessHandle::destroyForcibly);
    Awaitility.await().until(() -> !isUp(url));

    EmbeddedDatabase restarted = startOrJoin();

    assertThat(value(restarted.jdbcUrl(), "SELECT count(*) FROM kept")).isEqualTo("0");
  }

  @Test
  void startsTheServerAgainOnItsPortWhenItDiedUnderUs() throws Exception {
    EmbeddedDatabase database = startOrJoin();
    String url = database.jdbcUrl();
    execute(url, "CREATE TABLE kept (n int)");
    assertThat(database.restartIfDead()).as("alive").isFalse();
    long postmaster =
        Long.parseLong(Files.readAllLines(home.resolve("postgres/postmaster.pid")).get(0));
    ProcessHandle.of(postmaster).ifPresent(ProcessHandle::destroyForcibly);
    Awaitility.await().until(() -> !isUp(url));

    boolean restarted = database.restartIfDead();

    assertThat(restarted).isTrue();
    assertThat(value(url, "SELECT count(*) FROM kept")).isEqualTo("0");
  }

  @Test
  void othersCannotReadItsSecretsOrReplaceItsPrograms() throws Exception {
    startOrJoin();

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve("postgres.password"))))
        .isEqualTo("rw-------");
    for (Path directory : List.of(home.resolve("postgres"), programs)) {
      assertThat(Files.getPosixFilePermissions(directory))
          .allMatch(permission -> permission.name().startsWith("OWNER_"));
    }
  }

  @Test
  void connectsBothOfTwoProcessesThatRace() throws Exception {
    OtherProcess one = new OtherProcess(home);
    OtherProcess two = new OtherProcess(home);

    assertThat(one.url()).isEqualTo(two.url());
    assertThat(value(one.url(), "SELECT 1")).isEqualTo("1");
    one.leave();
    assertThat(isUp(two.url())).isTrue();
    two.leave();
    assertThat(isUp(two.url())).isFalse();
  }

  @Test
  void takesAnotherPortWhenItsOwnIsTaken() throws Exception {
    EmbeddedDatabase first = startOrJoin();
    String url = first.jdbcUrl();
    first.close();
    int port = Integer.parseInt(Files.readString(home.resolve("postgres.port")).strip());

    try (ServerSocket thief =
        new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      EmbeddedDatabase second = startOrJoin();

      assertThat(second.jdbcUrl()).isNotEqualTo(url);
      assertThat(value(second.jdbcUrl(), "SELECT 1")).isEqualTo("1");
      assertThat(thief.isBound()).isTrue();
    }
  }

  @Test
  void startsOverAfterACreationThatWasKilled() throws Exception {
    Files.createDirectories(home.resolve("postgres"));
    Files.writeString(home.resolve("postgres/PG_VERSION"), "18\n");
    Files.writeString(home.resolve("postgres/postgresql.conf"), "");
    Files.writeString(home.resolve("postgres.initialising"), "");

    assertThat(value(startOrJoin().jdbcUrl(), "SELECT 1")).isEqualTo("1");
    assertThat(home.resolve("postgres.initialising")).doesNotExist();
  }

  @Test
  void refusesDataOfAnotherMajorVersion() throws IOException {
    Files.createDirectories(home.resolve("postgres"));
    Files.writeString(home.resolve("postgres/PG_VERSION"), "14\n");

    assertThatThrownBy(this::startOrJoin)
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("written by PostgreSQL 14")
        .hasMessageContaining("brings PostgreSQL 18");
  }

  @Test
  void refusesAHomeThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "");

    assertThatThrownBy(() -> EmbeddedDatabase.startOrJoin(file.resolve("home")))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining(file.resolve("home").toString())
        .hasMessageContaining("--home");
  }

  @Test
  void saysWhyTheServerDoesNotStart() throws IOException {
    startOrJoin().close();
    Files.writeString(home.resolve("postgres/postgresql.conf"), "nonsense = 1\n");

    assertThatThrownBy(this::startOrJoin)
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("FATAL")
        .hasMessageContaining("postgres.log");
  }

  private EmbeddedDatabase startOrJoin() {
    EmbeddedDatabase database = EmbeddedDatabase.startOrJoin(home, programs);
    open.add(database);
    return database;
  }

  private static javax.sql.DataSource dataSource(String url) {
    org.postgresql.ds.PGSimpleDataSource dataSource = new org.postgresql.ds.PGSimpleDataSource();
    dataSource.setUrl(url);
    return dataSource;
  }

  private static boolean isUp(String url) {
    try (Connection connection = DriverManager.getConnection(url)) {
      return connection.isValid(5);
    } catch (SQLException down) {
      return false;
    }
  }

  private static String value(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getString(1);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  private static void execute(String url, String... statements) {
    try (Connection connection = DriverManager.getConnection(url)) {
      for (String sql : statements) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
          statement.execute();
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  /** A second JVM that joins, prints its address and leaves when its standard input ends. */
  private final class OtherProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private Optional<String> url = Optional.empty();

    OtherProcess(Path home) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  EmbeddedDatabaseProcess.class.getName(),
                  home.toString(),
                  programs.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      open.add(this);
    }

    String url() throws IOException {
      if (url.isEmpty()) {
        url = Optional.ofNullable(output.readLine());
      }
      return url.orElseThrow(() -> new IllegalStateException("the other process ended"));
    }

    void leave() throws Exception {
      process.getOutputStream().close();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    void kill() throws Exception {
      process.destroyForcibly();
      assertThat(process.waitFor(Duration.ofSeconds(60).toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws Exception {
      if (process.isAlive()) {
        leave();
      }
    }
  }
}
