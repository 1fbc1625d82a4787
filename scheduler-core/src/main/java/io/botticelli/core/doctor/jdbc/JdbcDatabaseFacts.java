package io.botticelli.core.doctor.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.doctor.DatabaseFacts;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Optional;

/** Facts from PostgreSQL's own views and the server's tables. Thread-safe. */
public final class JdbcDatabaseFacts implements DatabaseFacts.Source {
  private static final String FRESH =
      "s.last_checkin_time > " + TriggerSql.NOW_MS + " - s.checkin_interval - 7500";

  private final Transactions transactions;
  private final String schedulerName;

  /**
   * @param schedulerName name all nodes of the cluster share
   */
  public JdbcDatabaseFacts(Transactions transactions, String schedulerName) {
    this.transactions = transactions;
    this.schedulerName = schedulerName;
  }

  @Override
  public DatabaseFacts ask() {
    return transactions.read(
        "inspect the database",
        connection -> {
          String sql =
              "SELECT current_setting('server_version'),"
                  + " current_setting('server_version_num')::int / 10000,"
                  + " current_setting('search_path'), current_setting('max_connections')::int"
                  + " - current_setting('superuser_reserved_connections')::int,"
                  + " (SELECT count(*) FROM pg_stat_activity"
                  + " WHERE backend_type IS NULL OR backend_type = 'client backend'),"
                  + " (SELECT count(*) FROM public.databasechangelog),"
                  + " (SELECT id FROM public.databasechangelog"
                  + " ORDER BY orderexecuted DESC LIMIT 1),"
                  + " (SELECT count(*) FROM public.qrtz_scheduler_state s WHERE s.sched_name = ?"
                  + " AND "
                  + FRESH
                  + "), (SELECT count(*) FROM public.qrtz_scheduler_state s WHERE s.sched_name = ?"
                  + " AND NOT ("
                  + FRESH
                  + ")), (SELECT version FROM public.definition_current)";
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, schedulerName);
            try (ResultSet row = statement.executeQuery()) {
              row.next();
              return new DatabaseFacts(
                  row.getString(1),
                  row.getInt(2),
                  row.getString(3),
                  row.getInt(4),
                  row.getInt(5),
                  row.getInt(6),
                  row.getString(7),
                  row.getInt(8),
                  row.getInt(9),
                  Optional.ofNullable(row.getString(10)));
            }
          }
        });
  }
}
