package io.botticelli.core.scheduling;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.spi.JobFactory;
import org.quartz.spi.TriggerFiredBundle;

/**
 * Builds jobs of a fixed list of classes and no other, whatever a row names. A refused class puts
 * its triggers into ERROR; nothing of it is instantiated.
 */
final class AllowListJobFactory implements JobFactory {
  private final Map<Class<? extends Job>, Supplier<? extends Job>> makers;

  AllowListJobFactory(Map<Class<? extends Job>, Supplier<? extends Job>> makers) {
    this.makers = Map.copyOf(makers);
  }

  @Override
  public Job newJob(TriggerFiredBundle bundle, Scheduler scheduler) throws SchedulerException {
    Class<? extends Job> wanted = bundle.getJobDetail().getJobClass();
    @Nullable Supplier<? extends Job> maker = makers.get(wanted);
    if (maker == null) {
      throw new SchedulerException(
          "job "
              + bundle.getJobDetail().getKey()
              + " names class "
              + wanted.getName()
              + ", which this server never runs; delete the job");
    }
    return maker.get();
  }
}
