package io.botticelli.core.scheduling.jdbc;

import io.botticelli.core.scheduling.ZonedCronTrigger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.quartz.CronScheduleBuilder;
import org.quartz.ScheduleBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.CronTriggerPersistenceDelegate;
import org.quartz.impl.triggers.CronTriggerImpl;

/**
 * The delegate of this server's schedulers: check-ins by the database's clock, and rows of {@code
 * qrtz_cron_triggers} become {@link ZonedCronTrigger}s. The rows themselves are Quartz's own, so
 * that other tools and older nodes read them. Quartz creates it by name; thread-safe like its base.
 */
public final class ZonedCronDelegate extends DatabaseClockDelegate {
  @Override
  protected void addDefaultTriggerPersistenceDelegates() {
    // The first one that can handle a trigger does.
    addTriggerPersistenceDelegate(new Rows());
    super.addDefaultTriggerPersistenceDelegates();
  }

  private static final class Rows extends CronTriggerPersistenceDelegate {
    @Override
    public TriggerPropertyBundle loadExtendedTriggerProperties(
        Connection connection, TriggerKey key) throws SQLException {
      return zoned(super.loadExtendedTriggerProperties(connection, key));
    }

    @Override
    public TriggerPropertyBundle loadExtendedTriggerPropertiesFromResultSet(
        ResultSet row, TriggerKey key) throws SQLException {
      return zoned(super.loadExtendedTriggerPropertiesFromResultSet(row, key));
    }

    private static TriggerPropertyBundle zoned(TriggerPropertyBundle read) {
      ScheduleBuilder<?> plain = read.getScheduleBuilder();
      if (!(plain instanceof CronScheduleBuilder cron)) {
        return read;
      }
      return new TriggerPropertyBundle(
          ZonedCronTrigger.schedule((CronTriggerImpl) cron.build()),
          read.getStatePropertyNames(),
          read.getStatePropertyValues());
    }
  }
}
