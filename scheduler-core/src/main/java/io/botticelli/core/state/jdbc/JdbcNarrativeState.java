package io.botticelli.core.state.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.Fence;
import io.botticelli.core.state.NarrativeState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps narrative state in the table {@code narrative_state}. */
public final class JdbcNarrativeState implements NarrativeState {
  private static final String SCOPE = "global";

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
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "INSERT INTO public.narrative_state (scope, key, value) VALUES (?, ?, ?)"
                      + " ON CONFLICT (scope, key)"
                      + " DO UPDATE SET value = excluded.value, updated_at = now()")) {
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

  /** PostgreSQL has no NUL in text; values come from platforms and models. */
  private static String storable(String text) {
    return text.replace("\u0000", "");
  }
}
