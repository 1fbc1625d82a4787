package io.botticelli.core.scheduling.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.impl.jdbcjobstore.SchedulerStateRecord;

/**
 * Quartz's statements for PostgreSQL, with check-ins by the database's clock.
 *
 * <p>Quartz 2.5 writes the checking node's time and compares it with the reading node's: with
 * clocks 7.5 s apart healthy nodes declare each other dead within one check-in, long before anybody
 * could put the wrong one into standby. Here every check-in carries the database's time and is
 * shown to Quartz as the reading node's clock would have shown it.
 *
 * <p>As thread-safe as its parent.
 */
class DatabaseClockDelegate extends PostgreSQLDelegate {
  /** The clock Quartz itself reads, whatever the rest of the node works with. */
  private final Clock node = Clock.systemUTC();

  @Override
  public int insertSchedulerState(
      Connection connection, String instanceId, long nodeTime, long interval) throws SQLException {
    return super.insertSchedulerState(connection, instanceId, databaseTime(connection), interval);
  }

  @Override
  public int updateSchedulerState(Connection connection, String instanceId, long nodeTime)
      throws SQLException {
    return super.updateSchedulerState(connection, instanceId, databaseTime(connection));
  }

  @Override
  public List<SchedulerStateRecord> selectSchedulerStateRecords(
      Connection connection, String instanceId) throws SQLException {
    List<SchedulerStateRecord> records = super.selectSchedulerStateRecords(connection, instanceId);
    long ahead = node.millis() - databaseTime(connection);
    for (SchedulerStateRecord record : records) {
      record.setCheckinTimestamp(record.getCheckinTimestamp() + ahead);
    }
    return records;
  }

  private static long databaseTime(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }
}
