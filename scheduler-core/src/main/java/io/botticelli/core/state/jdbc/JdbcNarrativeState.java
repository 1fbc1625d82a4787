package io.botticelli.core.state.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.Fence;
import io.botticelli.core.state.NarrativeState;
import io.botticelli.core.state.StateEntries;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps narrative state in the table {@code narrative_state}. */
public final class JdbcNarrativeState implements NarrativeState, StateEntries {
  private static final Logger AUDIT = LoggerFactory.getLogger("io.botticelli.audit");
  private static final String SCOPE = "global";
  private static final String SAVE =
      "INSERT INTO public.narrative_state (scope, key, value) VALUES (?, ?, ?)"
          + " ON CONFLICT (scope, key)"
          + " DO UPDATE SET value = excluded.value, updated_at = now()";

  private static final int MAX_LISTED = 1_000;

  private final Transactions transactions;

  /**
   * @param transactions over the application pool
   */
  public JdbcNarrativeState(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Optional<String> find(String key) {
    return transactions.read(
        "read narrative state",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT value FROM public.narrative_state WHERE scope = ? AND key = ?")) {
            statement.setString(1, SCOPE);
            statement.setString(2, storable(key));
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public void save(Fence fence, Map<String, String> values) {
    // In one order everywhere: two runs that save the same keys must not deadlock.
    Map<String, String> ordered = new TreeMap<>();
    values.forEach((key, value) -> ordered.put(storable(key), storable(value)));
    transactions.fenced(
        "save narrative state",
        fence.executionId(),
        fence.epoch(),
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
            for (Map.Entry<String, String> entry : ordered.entrySet()) {
              statement.setString(1, SCOPE);
              statement.setString(2, entry.getKey());
              statement.setString(3, entry.getValue());
              statement.addBatch();
            }
            return statement.executeBatch().length;
          }
        });
  }

  @Override
  public List<Entry> list(String prefix, int limit) {
    return transactions.read(
        "list narrative state",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT key, value, updated_at FROM public.narrative_state"
                      + " WHERE scope = ? AND starts_with(key, ?) ORDER BY key LIMIT ?")) {
            statement.setString(1, SCOPE);
            statement.setString(2, storable(prefix));
            statement.setInt(3, Math.max(1, Math.min(limit, MAX_LISTED)));
            List<Entry> entries = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                entries.add(
                    new Entry(
                        row.getString(1),
                        row.getString(2),
                        row.getObject(3, OffsetDateTime.class).toInstant()));
              }
            }
            return entries;
          }
        });
  }

  @Override
  public void set(String key, String value) {
    transactions.write(
        "set narrative state",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
            statement.setString(1, SCOPE);
            statement.setString(2, storable(key));
            statement.setString(3, storable(value));
            return statement.executeUpdate();
          }
        });
    AUDIT.info("state set key={}", key);
  }

  @Override
  public boolean delete(String key) {
    boolean deleted =
        transactions.write(
            "delete narrative state",
            connection -> {
              try (PreparedStatement statement =
                  connection.prepareStatement(
                      "DELETE FROM public.narrative_state WHERE scope = ? AND key = ?")) {
                statement.setString(1, SCOPE);
                statement.setString(2, storable(key));
                return statement.executeUpdate() > 0;
              }
            });
    if (deleted) {
      AUDIT.info("state delete key={}", key);
    }
    return deleted;
  }

  /** PostgreSQL has no NUL in text; values come from platforms and models. */
  private static String storable(String text) {
    return text.replace("\u0000", "");
  }
}
