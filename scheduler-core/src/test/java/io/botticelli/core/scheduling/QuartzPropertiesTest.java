package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuartzPropertiesTest {

  @Test
  void theShippedFileIsAccepted() {
    Map<String, String> shipped = QuartzProperties.load(Path.of("/nowhere"));

    assertThat(shipped).isNotEmpty();
    assertThat(effective(shipped)).containsEntry("org.quartz.scheduler.jmx.export", "true");
  }

  @Test
  void withoutAFileNothingIsExportedAndTheServerFileDecidesAboutThreads() {
    Properties properties = effective(Map.of());

    assertThat(properties)
        .containsEntry("org.quartz.scheduler.jmx.export", "false")
        .containsEntry("org.quartz.threadPool.threadCount", "7")
        .containsEntry("org.quartz.jobStore.isClustered", "true")
        .containsEntry("org.quartz.jobStore.useProperties", "true")
        .containsEntry("org.quartz.jobStore.acquireTriggersWithinLock", "true")
        .containsEntry("org.quartz.scheduler.instanceId", "node-1")
        .containsEntry("org.quartz.jobStore.clusterCheckinInterval", "7500");
  }

  @Test
  void whatTheOperatorMaySetWins() {
    assertThat(
            effective(
                Map.of(
                    "org.quartz.threadPool.threadCount", "3",
                    "org.quartz.jobStore.clusterCheckinInterval", " 2000 ")))
        .containsEntry("org.quartz.threadPool.threadCount", "3")
        .containsEntry("org.quartz.jobStore.clusterCheckinInterval", "2000");
  }

  @ParameterizedTest
  @CsvSource({
    "org.quartz.jobStore.class,org.quartz.simpl.RAMJobStore",
    "org.quartz.jobStore.driverDelegateClass,org.quartz.impl.jdbcjobstore.StdJDBCDelegate",
    "org.quartz.jobStore.isClustered,false",
    "org.quartz.jobStore.useProperties,false",
    "org.quartz.jobStore.acquireTriggersWithinLock,false",
    "org.quartz.jobStore.tablePrefix,OTHER_",
    "org.quartz.jobStore.dataSource,mine",
    "org.quartz.scheduler.instanceId,node-a",
    "org.quartz.scheduler.rmi.export,true",
    "org.quartz.dataSource.x.URL,jdbc:postgresql://elsewhere/db",
    "org.quartz.plugin.jobs.class,org.quartz.plugins.xml.XMLSchedulingDataProcessorPlugin",
    "org.quartz.threadPool.threadCount,0",
    "org.quartz.jobStore.misfireThreshold,soon",
    "org.quartz.jobStore.misfireTreshold,60000",
    "org.quartz.scheduler.jmx.export,maybe"
  })
  void refusesWhatWouldCorruptDataOrMeansNothing(String key, String value) {
    assertThatThrownBy(() -> effective(Map.of(key, value)))
        .isInstanceOf(SchedulingException.class)
        .hasMessageContaining(key);
  }

  @Test
  void reportsEveryProblemAtOnce() {
    assertThatThrownBy(
            () ->
                effective(
                    Map.of(
                        "org.quartz.jobStore.isClustered", "false",
                        "org.quartz.jobStore.useProperties", "false")))
        .hasMessageContaining("isClustered")
        .hasMessageContaining("useProperties");
  }

  private static Properties effective(Map<String, String> written) {
    return QuartzProperties.effective(
        new SchedulerSettings("node-1", 7, Duration.ofSeconds(60), Duration.ofSeconds(5), written),
        "pool");
  }
}
