package io.botticelli.core.scheduling;

import java.util.Properties;
import javax.sql.DataSource;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.DBConnectionManager;

/** Builds Quartz schedulers over our pool. */
final class QuartzSchedulers {
  private QuartzSchedulers() {}

  /** Builds a scheduler in standby that is never to fire. */
  static Scheduler standby(SchedulerSettings settings, DataSource pool) {
    return standby(settings, pool, new Acquisitions());
  }

  /**
   * Builds a scheduler in standby.
   *
   * @param pool connections for Quartz alone
   * @param acquisitions told when the scheduler thread gets through
   * @throws SchedulingException if the settings are refused or Quartz cannot be built
   */
  static Scheduler standby(SchedulerSettings settings, DataSource pool, Acquisitions acquisitions) {
    String dataSource = "botticelli-" + settings.instanceId();
    Properties properties = QuartzProperties.effective(settings, dataSource);
    // A registry for the whole JVM, without removal: the name must be this scheduler's own.
    DBConnectionManager.getInstance()
        .addConnectionProvider(dataSource, new PoolConnectionProvider(pool, acquisitions));
    synchronized (QuartzSchedulers.class) {
      try {
        Scheduler scheduler = new StdSchedulerFactory(properties).getScheduler();
        // The repository holds one scheduler per name and JVM and would hand it to the next caller.
        SchedulerRepository.getInstance().remove(scheduler.getSchedulerName());
        return scheduler;
      } catch (SchedulerException failure) {
        throw new SchedulingException(
            "scheduler_failed",
            "Quartz could not be built: " + failure.getMessage(),
            false,
            failure);
      }
    }
  }
}
