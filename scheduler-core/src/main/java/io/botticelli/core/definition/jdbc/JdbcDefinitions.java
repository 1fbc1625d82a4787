package io.botticelli.core.definition.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.StoreException;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.definition.Definitions;
import io.botticelli.core.definition.StoredDefinition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Versions of the working set in PostgreSQL. Thread-safe. */
public final class JdbcDefinitions implements Definitions {
  /** Any fixed number that no other advisory lock of this database uses ("definiti" in ASCII). */
  private static final long APPLY_LOCK = 0x646566696e697469L;

  private static final int MAX_LISTED = 500;
  private static final int FEWEST_KEPT = 5;
  private static final int MOST_KEPT = 10_000;
  private static final String COLUMNS = "v.version, v.entry, v.sources, v.created_at, v.created_by";

  private final Transactions transactions;
  private final ObjectMapper json = new ObjectMapper();

  public JdbcDefinitions(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public String apply(WorkingSet workingSet, String appliedBy) {
    String sources = write(workingSet);
    return transactions.write(
        "apply definition " + workingSet.shortVersion(),
        connection -> {
          lock(connection);
          store(connection, workingSet, sources, appliedBy);
          point(connection, workingSet.version(), appliedBy);
          return workingSet.version();
        });
  }

  @Override
  public Applied applyIf(WorkingSet workingSet, String appliedBy, Optional<String> seen) {
    String sources = write(workingSet);
    String version = workingSet.version();
    return transactions.write(
        "apply definition " + workingSet.shortVersion(),
        connection -> {
          lock(connection);
          Optional<InForce> now = inForce(connection);
          Optional<String> current = now.map(InForce::version);
          if (current.filter(version::equals).isPresent()) {
            return new Applied.Unchanged(version);
          }
          if (!current.equals(seen)) {
            return new Applied.Superseded(now);
          }
          store(connection, workingSet, sources, appliedBy);
          point(connection, version, appliedBy);
          return new Applied.Changed(version);
        });
  }

  @Override
  public Optional<InForce> inForce() {
    return transactions.read("read definition in force", JdbcDefinitions::inForce);
  }

  private static Optional<InForce> inForce(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT version, sequence, applied_at, applied_by FROM public.definition_current");
        ResultSet row = statement.executeQuery()) {
      return row.next()
          ? Optional.of(
              new InForce(
                  row.getString(1),
                  row.getLong(2),
                  row.getObject(3, OffsetDateTime.class).toInstant(),
                  row.getString(4)))
          : Optional.empty();
    }
  }

  @Override
  public int prune(int keepNewest) {
    if (keepNewest < FEWEST_KEPT || keepNewest > MOST_KEPT) {
      throw new IllegalArgumentException(
          "keepNewest is " + keepNewest + ", expected " + FEWEST_KEPT + ".." + MOST_KEPT);
    }
    return transactions.write(
        "delete old definitions",
        connection -> {
          // Whoever applies an old version again must not have it deleted under their hands.
          lock(connection);
          try (PreparedStatement statement =
              connection.prepareStatement(
                  """
                  DELETE FROM public.definition_versions v
                  WHERE v.version NOT IN (
                      SELECT n.version FROM public.definition_versions n
                      ORDER BY n.last_applied_at DESC, n.created_at DESC, n.version LIMIT ?)
                    AND NOT EXISTS (
                      SELECT FROM public.definition_current c WHERE c.version = v.version)
                    AND NOT EXISTS (
                      SELECT FROM public.actor_server_state s
                      WHERE s.definition_version = v.version)
                    AND NOT EXISTS (
                      SELECT FROM public.actor_server_executions e
                      WHERE e.definition_version = v.version)""")) {
            statement.setInt(1, keepNewest);
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public Optional<StoredDefinition> current() {
    return transactions.read(
        "read current definition",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT "
                      + COLUMNS
                      + " FROM public.definition_current c"
                      + " JOIN public.definition_versions v ON v.version = c.version")) {
            return one(statement);
          }
        });
  }

  @Override
  public Optional<String> currentVersion() {
    return transactions.read(
        "read current definition version",
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement("SELECT version FROM public.definition_current");
              ResultSet result = statement.executeQuery()) {
            return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
          }
        });
  }

  @Override
  public Optional<StoredDefinition> find(String version) {
    return transactions.read(
        "read definition",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT " + COLUMNS + " FROM public.definition_versions v WHERE v.version = ?")) {
            statement.setString(1, version);
            return one(statement);
          }
        });
  }

  @Override
  public List<Summary> list(int limit) {
    if (limit < 1 || limit > MAX_LISTED) {
      throw new IllegalArgumentException("limit is " + limit + ", expected 1.." + MAX_LISTED);
    }
    return transactions.read(
        "list definitions",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT v.version, v.entry, v.created_at, v.created_by, c.version IS NOT NULL"
                      + " FROM public.definition_versions v"
                      + " LEFT JOIN public.definition_current c ON c.version = v.version"
                      + " ORDER BY v.created_at DESC, v.version LIMIT ?")) {
            statement.setInt(1, limit);
            try (ResultSet result = statement.executeQuery()) {
              List<Summary> summaries = new ArrayList<>();
              while (result.next()) {
                summaries.add(
                    new Summary(
                        result.getString(1),
                        result.getString(2),
                        result.getObject(3, OffsetDateTime.class).toInstant(),
                        result.getString(4),
                        result.getBoolean(5)));
              }
              return summaries;
            }
          }
        });
  }

  private static void lock(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      statement.setLong(1, APPLY_LOCK);
      statement.execute();
    }
  }

  /** A version is its content, so an existing row can only be equal. */
  private static void store(
      Connection connection, WorkingSet workingSet, String sources, String appliedBy)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO public.definition_versions (version, entry, sources, created_by)"
                + " VALUES (?, ?, ?::jsonb, ?)"
                + " ON CONFLICT (version) DO UPDATE SET last_applied_at = now()")) {
      statement.setString(1, workingSet.version());
      statement.setString(2, workingSet.entry());
      statement.setString(3, sources);
      statement.setString(4, appliedBy);
      statement.executeUpdate();
    }
  }

  private static void point(Connection connection, String version, String appliedBy)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO public.definition_current AS c (version, applied_by) VALUES (?, ?)"
                + " ON CONFLICT (singleton) DO UPDATE SET version = excluded.version,"
                + " applied_at = now(), applied_by = excluded.applied_by,"
                + " sequence = c.sequence + 1"
                + " WHERE c.version <> excluded.version")) {
      statement.setString(1, version);
      statement.setString(2, appliedBy);
      statement.executeUpdate();
    }
  }

  private Optional<StoredDefinition> one(PreparedStatement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery()) {
      if (!result.next()) {
        return Optional.empty();
      }
      String version = result.getString(1);
      return Optional.of(
          new StoredDefinition(
              version,
              result.getString(2),
              read(version, result.getString(3)),
              result.getObject(4, OffsetDateTime.class).toInstant(),
              result.getString(5)));
    }
  }

  private String write(WorkingSet workingSet) {
    try {
      return json.writeValueAsString(workingSet.sources());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always JSON", e);
    }
  }

  private Map<String, String> read(String version, String sources) {
    try {
      return json.readValue(sources, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new StoreException(
          "definition "
              + version
              + ": column sources of definition_versions is no map of texts; apply the working set"
              + " again",
          null,
          false,
          e);
    }
  }
}
