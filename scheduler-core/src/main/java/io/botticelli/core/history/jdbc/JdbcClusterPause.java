package io.botticelli.core.history.jdbc;

import static io.botticelli.core.db.PostgresText.storable;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.ClusterPause;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;

/** The cluster's pause in the one row of {@code cluster_state}. Thread-safe. */
public final class JdbcClusterPause implements ClusterPause {
  private static final String RESUME =
      """
      UPDATE public.cluster_state
      SET is_paused = false, pause_reason = NULL, paused_by = NULL, paused_at = NULL,
        paused_until = NULL, updated_at = clock_timestamp()
      WHERE is_paused\s""";

  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcClusterPause(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public State current() {
    String sql =
        """
        SELECT pause_reason, paused_by, paused_at, paused_until,
          coalesce(paused_until <= clock_timestamp(), false) AS ended
        FROM public.cluster_state WHERE is_paused""";
    return transactions.read(
        "read the pause of the cluster",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql);
              ResultSet row = statement.executeQuery()) {
            return row.next() ? state(row) : State.RUNNING;
          }
        });
  }

  private static State state(ResultSet row) throws SQLException {
    if (row.getBoolean("ended")) {
      return new State(
          false, true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
    return new State(
        true,
        false,
        Columns.optionalText(row, "pause_reason"),
        Columns.optionalText(row, "paused_by"),
        Columns.optionalInstant(row, "paused_at"),
        Columns.optionalInstant(row, "paused_until"));
  }

  @Override
  public void pause(String reason, String by, Optional<Instant> until) {
    String sql =
        """
        INSERT INTO public.cluster_state
          (is_paused, pause_reason, paused_by, paused_at, paused_until, updated_at)
        VALUES (true, ?, ?, clock_timestamp(), ?, clock_timestamp())
        ON CONFLICT (singleton) DO UPDATE SET
          is_paused = true, pause_reason = EXCLUDED.pause_reason,
          paused_by = EXCLUDED.paused_by, paused_at = EXCLUDED.paused_at,
          paused_until = EXCLUDED.paused_until, updated_at = EXCLUDED.updated_at""";
    transactions.write(
        "pause the cluster",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, storable(reason));
            statement.setString(2, storable(by));
            statement.setObject(
                3, until.map(Columns::timestamp).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public boolean resume() {
    return update("resume the cluster", RESUME);
  }

  @Override
  public boolean clearEnded() {
    return update("end the pause of the cluster", RESUME + "AND paused_until <= clock_timestamp()");
  }

  private boolean update(String what, String sql) {
    return transactions.write(
        what,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return statement.executeUpdate() == 1;
          }
        });
  }
}
