package io.botticelli.core.retention.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.retention.OldRows;
import io.botticelli.core.retention.RetentionRule;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Old rows, found through indexes on their age. Every statement selects the ids of one batch first
 * ({@code = ANY (ARRAY(..))}), so that the planner cannot choose to read the whole table.
 */
public final class JdbcOldRows implements OldRows {
  /** Key of the advisory lock around a batch; any constant no other part uses. */
  private static final long LOCK_KEY = 0x626f_7474_7265_7465L;

  /** Read once for a batch, not once for each execution. */
  private static final String SINGLE_FIRES =
      "WITH single AS MATERIALIZED (SELECT t.trigger_group, t.trigger_name"
          + " FROM public.qrtz_triggers t WHERE t.trigger_group IN ('takeover', 'manual')) ";

  private static final String OLD_EXECUTIONS =
      """
      FROM public.actor_server_executions e
      WHERE e.started_at < clock_timestamp() - ? * interval '1 day'
        AND e.status <> 'running' AND NOT e.chain_pending
        AND e.id <> (SELECT max(n.id) FROM public.actor_server_executions n
          WHERE n.actor_name = e.actor_name)
        AND NOT EXISTS (SELECT 1 FROM public.row_claims c WHERE c.execution_id = e.id
          AND c.lease_until > clock_timestamp())
        AND NOT EXISTS (SELECT 1 FROM public.outbound_posts o WHERE o.execution_id = e.id
          AND (o.status IN ('sending', 'unknown') OR o.status = 'sent' AND o.settled_at IS NULL))
        AND NOT EXISTS (SELECT 1 FROM public.approvals a WHERE a.execution_id = e.id
          AND a.executed_at IS NULL AND (a.decision = 'approved'
            OR a.decision = 'pending' AND a.expires_at > clock_timestamp()))
        AND NOT EXISTS (SELECT 1 FROM single t
          WHERE t.trigger_group = 'takeover' AND starts_with(t.trigger_name, e.id || '-')
            OR t.trigger_group = 'manual' AND t.trigger_name = e.receipt_id)
      """;

  private final Transactions transactions;

  /**
   * @param transactions over the application pool
   */
  public JdbcOldRows(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public int deleteExecutions(int days, int limit) {
    return alone(
        "delete old executions",
        connection ->
            update(
                connection,
                "DELETE FROM public.actor_server_executions WHERE id = ANY (ARRAY("
                    + SINGLE_FIRES
                    + "SELECT e.id "
                    + OLD_EXECUTIONS
                    + " ORDER BY e.started_at LIMIT ? FOR UPDATE OF e SKIP LOCKED))",
                days,
                limit));
  }

  @Override
  public int countExecutions(int days, int most) {
    return transactions.read(
        "count old executions",
        connection ->
            number(
                connection,
                SINGLE_FIRES + "SELECT count(*) FROM (SELECT 1 " + OLD_EXECUTIONS + " LIMIT ?) old",
                days,
                most));
  }

  @Override
  public int deleteRecords(int days, int limit) {
    return alone(
        "delete old records",
        connection -> {
          int most = update(connection, OldRecords.BUCKETS, limit);
          for (String delete : OldRecords.BY_AGE) {
            most = Math.max(most, update(connection, delete, days, limit));
          }
          return most;
        });
  }

  @Override
  public int deleteContent(String table, String status, int days, int limit) {
    return alone(
        "delete old rows of " + table,
        connection -> {
          Optional<AgedTable> aged = AgedTable.find(connection, table);
          if (aged.isEmpty()) {
            return 0;
          }
          aged.get().ensureIndex(connection);
          return update(
              connection,
              "DELETE FROM "
                  + aged.get().quoted()
                  + " WHERE id = ANY (ARRAY(SELECT t.id "
                  + aged.get().oldRows()
                  + " ORDER BY t."
                  + aged.get().ageColumn()
                  + " LIMIT ? FOR UPDATE OF t SKIP LOCKED))",
              status,
              days,
              aged.get().name(),
              aged.get().name(),
              limit);
        });
  }

  @Override
  public Optional<String> objection(String table) {
    return transactions.read(
        "look at table " + table, connection -> AgedTable.objection(connection, table));
  }

  @Override
  public int countContent(String table, RetentionRule rule, int most) {
    return transactions.read(
        "count old rows of " + table,
        connection -> {
          Optional<AgedTable> aged = AgedTable.find(connection, table);
          int count = 0;
          for (String status : rule.statuses()) {
            if (aged.isPresent() && count < most) {
              count +=
                  number(
                      connection,
                      "SELECT count(*) FROM (SELECT 1 " + aged.get().oldRows() + " LIMIT ?) old",
                      status,
                      rule.days(),
                      aged.get().name(),
                      aged.get().name(),
                      most - count);
            }
          }
          return count;
        });
  }

  /** One node deletes at a time: two would only wait for each other's locks. */
  private int alone(String what, Transactions.Work<Integer> work) {
    return transactions.write(
        what,
        connection -> {
          try (PreparedStatement lock =
              connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
            lock.setLong(1, LOCK_KEY);
            try (ResultSet row = lock.executeQuery()) {
              row.next();
              return row.getBoolean(1) ? work.run(connection) : 0;
            }
          }
        });
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, values)) {
      return statement.executeUpdate();
    }
  }

  private static int number(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, values);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... values)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }
}
