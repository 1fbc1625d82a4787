package io.botticelli.core.scheduling;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobDetail;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.jobs.DirectoryScanJob;
import org.quartz.jobs.DirectoryScanListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into directories of this machine with Quartz's {@link DirectoryScanJob}.
 *
 * <p>The scans run in a scheduler of their own that lives in memory: in the cluster's store one
 * node would look on behalf of all, each into a disk of its own. A scan is a hint, not the truth:
 * it sees neither a file that was deleted nor one with an earlier time of modification than the
 * last it has seen. Thread-safe.
 */
public final class DirectoryScans implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryScans.class);

  /** Name under which the job keeps the latest time it has seen; private in the class. */
  private static final String LATEST_SEEN = "LAST_MODIFIED_TIME";

  private static final String GROUP = "scans";

  private final Scheduler quartz;

  /**
   * Builds it without starting it.
   *
   * @param instanceId id of this node
   * @throws SchedulingException if Quartz cannot be built
   */
  public DirectoryScans(String instanceId) {
    Properties properties = new Properties();
    properties.setProperty("org.quartz.scheduler.instanceName", "botticelli-files-" + instanceId);
    properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    properties.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
    properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    properties.setProperty("org.quartz.threadPool.threadCount", "1");
    properties.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    properties.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
    synchronized (DirectoryScans.class) {
      try {
        this.quartz = new StdSchedulerFactory(properties).getScheduler();
        SchedulerRepository.getInstance().remove(quartz.getSchedulerName());
        quartz.setJobFactory(
            new AllowListJobFactory(Map.of(DirectoryScanJob.class, DirectoryScanJob::new)));
      } catch (SchedulerException failure) {
        throw SchedulingException.failed("build the scheduler that looks for files", failure);
      }
    }
  }

  /** Starts scanning. */
  public void start() {
    try {
      quartz.start();
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("start to look for files", failure);
    }
  }

  /**
   * Scans a directory, without those below it; a scan of the same name is replaced.
   *
   * @param age a file counts when it was not modified for so long, so that it is complete
   * @param always true: tell at each scan of every file that is there; false: only of files that
   *     were modified since the last
   * @param found called on the one thread of all scans; must return soon
   */
  public void scan(
      String name, Path directory, Duration period, Duration age, boolean always, Runnable found) {
    DirectoryScanListener listener = files -> tell(directory, found);
    JobDetail job =
        JobBuilder.newJob(DirectoryScanJob.class)
            .withIdentity(name, GROUP)
            .usingJobData(DirectoryScanJob.DIRECTORY_NAME, directory.toString())
            .usingJobData(DirectoryScanJob.DIRECTORY_SCAN_LISTENER_NAME, name)
            .usingJobData(DirectoryScanJob.MINIMUM_UPDATE_AGE, age.toMillis())
            .build();
    JobDataMap data = new JobDataMap();
    if (always) {
      // What a trigger says wins over what the job has noted: every file counts as new each time.
      data.put(LATEST_SEEN, 0L);
    }
    Trigger trigger =
        TriggerBuilder.newTrigger()
            .withIdentity(name, GROUP)
            .usingJobData(data)
            .withSchedule(
                SimpleScheduleBuilder.simpleSchedule()
                    .withIntervalInMilliseconds(period.toMillis())
                    .repeatForever()
                    .withMisfireHandlingInstructionNextWithRemainingCount())
            .build();
    try {
      quartz.getContext().put(name, listener);
      quartz.deleteJob(job.getKey());
      quartz.scheduleJob(job, trigger);
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("look into " + directory, failure);
    }
  }

  /** Ends a scan; nothing happens when there is none of this name. */
  public void end(String name) {
    try {
      quartz.deleteJob(new org.quartz.JobKey(name, GROUP));
      quartz.getContext().remove(name);
    } catch (SchedulerException failure) {
      throw SchedulingException.failed("stop looking for files", failure);
    }
  }

  private static void tell(Path directory, Runnable found) {
    try {
      found.run();
    } catch (RuntimeException failure) {
      LOG.error("files of {} were found but not handled, they are found again", directory, failure);
    }
  }

  @Override
  public void close() {
    try {
      quartz.shutdown(false);
    } catch (SchedulerException failure) {
      LOG.warn("looking for files did not end cleanly: {}", failure.getMessage());
    }
  }
}
