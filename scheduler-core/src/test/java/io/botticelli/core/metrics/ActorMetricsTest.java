package io.botticelli.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionStatus;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ActorMetricsTest {
  private static final ActorName POSTER = new ActorName("poster");
  private static final Pattern LINE =
      Pattern.compile(
          "# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .*"
              + "|[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[a-z_]+=\"(\\\\.|[^\"\\\\])*\""
              + "(,[a-z_]+=\"(\\\\.|[^\"\\\\])*\")*})? (NaN|[+-]Inf|[-+0-9.eE]+)");

  private final ActorMetrics metrics = new ActorMetrics();
  private final PrometheusText text = new PrometheusText(metrics);

  @Test
  void countsExecutionsByStatusAndKeepsRealHistograms() {
    metrics.executionEnded(POSTER, ExecutionStatus.SUCCEEDED, Duration.ofMillis(300));
    metrics.executionEnded(POSTER, ExecutionStatus.FAILED, Duration.ofSeconds(2));
    metrics.executionEnded(POSTER, ExecutionStatus.SKIPPED, Duration.ZERO);
    metrics.executionEnded(POSTER, ExecutionStatus.CANCELLED, Duration.ofHours(2));

    assertThat(text.render().lines())
        .contains(
            "botticelli_actor_executions_total{actor=\"poster\",status=\"success\"} 1.0",
            "botticelli_actor_executions_total{actor=\"poster\",status=\"failure\"} 1.0",
            "botticelli_actor_executions_total{actor=\"poster\",status=\"skipped\"} 1.0",
            "botticelli_actor_executions_total{actor=\"poster\",status=\"cancelled\"} 1.0",
            "# TYPE botticelli_execution_duration_seconds histogram",
            "botticelli_execution_duration_seconds_bucket{actor=\"poster\",le=\"0.1\"} 0",
            "botticelli_execution_duration_seconds_bucket{actor=\"poster\",le=\"0.5\"} 1",
            "botticelli_execution_duration_seconds_bucket{actor=\"poster\",le=\"2.5\"} 2",
            "botticelli_execution_duration_seconds_bucket{actor=\"poster\",le=\"3600.0\"} 2",
            "botticelli_execution_duration_seconds_bucket{actor=\"poster\",le=\"+Inf\"} 3",
            "botticelli_execution_duration_seconds_count{actor=\"poster\"} 3",
            "botticelli_execution_duration_seconds_sum{actor=\"poster\"} 7202.3");
  }

  @Test
  void showsEveryMetricOfTheInterface() {
    metrics.executionEnded(POSTER, ExecutionStatus.SUCCEEDED, Duration.ofMillis(1));
    metrics.succeededAt(POSTER, Instant.ofEpochSecond(1767614400));
    metrics.activeActors(() -> 3);
    metrics.breakerTripped(POSTER);
    metrics.skillsExecuted(POSTER, "success", 2);
    metrics.actorState(POSTER, true, 4);
    metrics.tasks(7, 1);
    metrics.fireStarted(Duration.ofMillis(-3));
    metrics.misfired(POSTER, "fire_once");
    metrics.llmRequest("gemini", "flash", "success");
    metrics.llmTokens("gemini", "flash", 10, -1);
    metrics.llmWaited("gemini", "flash", Duration.ofSeconds(1));
    metrics.llmCost("gemini", "flash", 0.25);
    metrics.llmCost("gemini", "flash", 0.25);
    metrics.jsonExtracted("repaired");
    metrics.rowsStored("approved_posts", 5);
    metrics.posted("discord", "sent");
    metrics.queueRows("approved_posts", "pending", 9);
    metrics.poolConnections("quartz", "busy", () -> 2);
    metrics.checkinLag(() -> 0.5);
    metrics.clockSkew(Duration.ofMillis(-250));
    metrics.doctorFindings("overdue", 1);
    metrics.listenerFailed();

    String rendered = text.render();

    assertThat(rendered.lines())
        .contains(
            "up 1.0",
            "botticelli_active_actors 3.0",
            "botticelli_circuit_breaker_trips_total{actor=\"poster\"} 1.0",
            "botticelli_skills_executed_total{actor=\"poster\",result=\"success\"} 2.0",
            "botticelli_actor_paused{actor=\"poster\"} 1.0",
            "botticelli_last_success_timestamp{actor=\"poster\"} 1.7676144E9",
            "botticelli_consecutive_failures{actor=\"poster\"} 4.0",
            "botticelli_tasks_scheduled 7.0",
            "botticelli_tasks_paused 1.0",
            "botticelli_fire_delay_seconds_count 1",
            "botticelli_misfires_total{actor=\"poster\",policy=\"fire_once\"} 1.0",
            "botticelli_llm_tokens_total{kind=\"in\",model=\"flash\",provider=\"gemini\"} 10.0",
            "botticelli_llm_wait_seconds_count{model=\"flash\",provider=\"gemini\"} 1",
            "botticelli_llm_cost_usd_total{model=\"flash\",provider=\"gemini\"} 0.5",
            "botticelli_json_extractions_total{outcome=\"repaired\"} 1.0",
            "botticelli_rows_stored_total{table=\"approved_posts\"} 5.0",
            "botticelli_posts_total{outcome=\"sent\",platform=\"discord\"} 1.0",
            "botticelli_queue_rows{review_status=\"pending\",table=\"approved_posts\"} 9.0",
            "botticelli_pool_connections{pool=\"quartz\",state=\"busy\"} 2.0",
            "botticelli_node_checkin_lag_seconds 0.5",
            "botticelli_clock_skew_seconds -0.25",
            "botticelli_doctor_findings{kind=\"overdue\"} 1.0",
            "botticelli_listener_failures_total 1.0");
    assertThat(rendered)
        .contains("jvm_memory_used_bytes{area=\"heap\"}", "process_start_time_seconds ")
        .doesNotContain("kind=\"out\"");
  }

  @Property(tries = 200)
  void hostileLabelsNeitherBreakALineNorTheFormat(@ForAll String hostile) {
    metrics.rowsStored(hostile, 1);
    metrics.llmRequest(hostile, "x\"} 1\nup 0", hostile);

    assertThat(text.render().split("\n")).allMatch(line -> LINE.matcher(line).matches());
  }

  @Test
  void boundsTheNumberOfLabelSetsAndLosesNoCount() {
    for (int i = 0; i < SeriesRegistry.MOST_SERIES + 100; i++) {
      metrics.rowsStored("table_" + i, 1);
    }

    assertThat(
            text.render().lines().filter(line -> line.startsWith("botticelli_rows_stored_total")))
        .hasSize(SeriesRegistry.MOST_SERIES + 1)
        .contains("botticelli_rows_stored_total{table=\"(other)\"} 100.0");
  }

  @Test
  void aFigureThatCannotBeHadDoesNotCostTheOthers() {
    metrics.activeActors(
        () -> {
          throw new IllegalStateException("closed");
        });

    assertThat(text.render()).contains("botticelli_active_actors NaN", "up 1.0");
  }

  @Test
  void forgetsARetiredActor() {
    metrics.actorState(POSTER, false, 0);
    metrics.actorState(new ActorName("writer"), false, 0);

    metrics.forgetActor(POSTER);

    assertThat(text.render()).doesNotContain("poster").contains("actor=\"writer\"");
  }

  @Test
  void countsExactlyUnderConcurrency() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    for (int thread = 0; thread < 8; thread++) {
      threads.submit(
          () -> {
            for (int i = 0; i < 1000; i++) {
              metrics.executionEnded(POSTER, ExecutionStatus.SUCCEEDED, Duration.ofMillis(1));
            }
          });
    }
    threads.shutdown();

    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(text.render())
        .contains(
            "botticelli_actor_executions_total{actor=\"poster\",status=\"success\"} 8000.0",
            "botticelli_execution_duration_seconds_count{actor=\"poster\"} 8000");
  }

  @Test
  void jmxNamesAreReadableAndGoAway() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    metrics.startJmx();
    metrics.posted("discord", "sent");
    metrics.rowsStored("a=\"b\",*?\nc", 1);

    Set<String> names = new TreeSet<>();
    server
        .queryNames(new ObjectName("botticelli:*"), null)
        .forEach(name -> names.add(name.toString()));

    assertThat(names)
        .contains(
            "botticelli:type=counter,name=botticelli_posts_total,platform=discord,outcome=sent",
            "botticelli:type=gauge,name=up")
        .anyMatch(name -> name.startsWith("botticelli:type=counter,name=botticelli_rows_stored"));
    metrics.close();
    assertThat(server.queryNames(new ObjectName("botticelli:*"), null)).isEmpty();
  }
}
