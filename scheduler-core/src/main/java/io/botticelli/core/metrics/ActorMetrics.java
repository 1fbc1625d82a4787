package io.botticelli.core.metrics;

import com.codahale.metrics.Metric;
import com.codahale.metrics.jmx.JmxReporter;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything a node counts and measures. One instance for each node; thread-safe. No method throws
 * because of a label value, however odd.
 *
 * <p>Label values that come from narratives, answers or the network are shortened to 120
 * characters; beyond a fixed number of label sets further ones are counted as {@code (other)}.
 */
public final class ActorMetrics implements AutoCloseable {
  /** Runs take from milliseconds (empty source) to the hour at which they are cancelled. */
  private static final double[] EXECUTION_SECONDS = {
    0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600
  };

  /** The promise is 250 ms at the 99th percentile, 5 s always, 30 s after a node died. */
  private static final double[] DELAY_SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };

  private final SeriesRegistry series = new SeriesRegistry();
  private @Nullable JmxReporter jmx;

  /** Creates the metrics; those without labels exist from the start, so that zero is visible. */
  public ActorMetrics() {
    series.value(Series.of(Family.UP)).set(1);
    for (Family family : Family.values()) {
      if (family.labels().isEmpty()) {
        switch (family.type()) {
          case COUNTER -> series.counter(Series.of(family));
          case GAUGE -> series.value(Series.of(family));
          case HISTOGRAM -> series.timer(Series.of(family), DELAY_SECONDS);
        }
      }
    }
  }

  /**
   * Counts an execution that ended.
   *
   * @param duration how long it took; not measured when it was skipped
   */
  public void executionEnded(ActorName actor, ExecutionStatus status, Duration duration) {
    String shown =
        switch (status) {
          case SUCCEEDED -> "success";
          case FAILED -> "failure";
          default -> status.stored();
        };
    count(Family.ACTOR_EXECUTIONS, 1, actor.value(), shown);
    if (status != ExecutionStatus.SKIPPED && status != ExecutionStatus.MISSED) {
      measure(Family.EXECUTION_DURATION, EXECUTION_SECONDS, duration, actor.value());
    }
  }

  /** Notes when an actor last succeeded. */
  public void succeededAt(ActorName actor, Instant at) {
    series
        .value(Series.of(Family.LAST_SUCCESS, actor.value()))
        .set(at.getEpochSecond() + at.getNano() / 1e9);
  }

  /** Sets where the number of executions running on this node is asked for. */
  public void activeActors(DoubleSupplier running) {
    series.supply(Series.of(Family.ACTIVE_ACTORS), running);
  }

  /** Counts a breaker that opened. */
  public void breakerTripped(ActorName actor) {
    count(Family.BREAKER_TRIPS, 1, actor.value());
  }

  /**
   * Counts skills of an execution.
   *
   * @param result {@code success}, {@code failure} or {@code skipped}
   */
  public void skillsExecuted(ActorName actor, String result, int skills) {
    count(Family.SKILLS_EXECUTED, skills, actor.value(), result);
  }

  /** Sets whether an actor is paused and how often it failed in a row. */
  public void actorState(ActorName actor, boolean paused, int consecutiveFailures) {
    series.value(Series.of(Family.ACTOR_PAUSED, actor.value())).set(paused ? 1 : 0);
    series.value(Series.of(Family.CONSECUTIVE_FAILURES, actor.value())).set(consecutiveFailures);
  }

  /** Forgets an actor that is no longer part of the working set. */
  public void forgetActor(ActorName actor) {
    series.remove("actor", actor.value());
  }

  /** Sets how many actors are scheduled and how many are paused. */
  public void tasks(int scheduled, int paused) {
    series.value(Series.of(Family.TASKS_SCHEDULED)).set(scheduled);
    series.value(Series.of(Family.TASKS_PAUSED)).set(paused);
  }

  /** Measures how long after its scheduled time a fire started; negative counts as zero. */
  public void fireStarted(Duration delay) {
    measure(Family.FIRE_DELAY, DELAY_SECONDS, delay);
  }

  /**
   * Counts a fire that came too late.
   *
   * @param policy what was done about it
   */
  public void misfired(ActorName actor, String policy) {
    count(Family.MISFIRES, 1, actor.value(), policy);
  }

  /**
   * Counts a request to a model.
   *
   * @param outcome {@code success} or the code of the failure
   */
  public void llmRequest(String provider, String model, String outcome) {
    count(Family.LLM_REQUESTS, 1, provider, model, outcome);
  }

  /** Counts tokens; negative ones (not reported) are left out. */
  public void llmTokens(String provider, String model, long in, long out) {
    count(Family.LLM_TOKENS, in, provider, model, "in");
    count(Family.LLM_TOKENS, out, provider, model, "out");
  }

  /** Measures how long a request waited for its budget. */
  public void llmWaited(String provider, String model, Duration wait) {
    measure(Family.LLM_WAIT, DELAY_SECONDS, wait, provider, model);
  }

  /** Adds what a request cost, in US dollars. */
  public void llmCost(String provider, String model, double usd) {
    if (usd > 0 && Double.isFinite(usd)) {
      series.sum(Series.of(Family.LLM_COST, provider, model)).add(usd);
    }
  }

  /**
   * Counts an attempt to read JSON from an answer.
   *
   * @param outcome for example {@code found}, {@code repaired}, {@code none}
   */
  public void jsonExtracted(String outcome) {
    count(Family.JSON_EXTRACTIONS, 1, outcome);
  }

  /** Counts content rows stored. */
  public void rowsStored(String table, int rows) {
    count(Family.ROWS_STORED, rows, table);
  }

  /**
   * Counts a post.
   *
   * @param outcome {@code sent}, {@code failed} or {@code unknown}
   */
  public void posted(String platform, String outcome) {
    count(Family.POSTS, 1, platform, outcome);
  }

  /** Sets how many rows of a table have a review status. */
  public void queueRows(String table, String reviewStatus, long rows) {
    series.value(Series.of(Family.QUEUE_ROWS, table, reviewStatus)).set(rows);
  }

  /**
   * Sets where the figures of a connection pool are asked for.
   *
   * @param pool {@code application} or {@code quartz}
   * @param state {@code busy}, {@code idle}, {@code waiting} or {@code max}
   */
  public void poolConnections(String pool, String state, DoubleSupplier connections) {
    series.supply(Series.of(Family.POOL_CONNECTIONS, pool, state), connections);
  }

  /** Sets where the lateness of this node's check-in is asked for, in seconds. */
  public void checkinLag(DoubleSupplier seconds) {
    series.supply(Series.of(Family.CHECKIN_LAG), seconds);
  }

  /**
   * Sets how many nodes of the cluster are in a state.
   *
   * @param state {@code up}, {@code draining}, {@code standby} or {@code lost}
   */
  public void clusterNodes(String state, long nodes) {
    series.value(Series.of(Family.CLUSTER_NODES, state)).set(nodes);
  }

  /** Sets the clock of this node minus the clock of the database. */
  public void clockSkew(Duration skew) {
    series.value(Series.of(Family.CLOCK_SKEW)).set(seconds(skew));
  }

  /** Sets how many findings of a kind the doctor's last visit had. */
  public void doctorFindings(String kind, int findings) {
    series.value(Series.of(Family.DOCTOR_FINDINGS, kind)).set(findings);
  }

  /**
   * Sets where the breaker of a dependency is asked for.
   *
   * @param state 0 closed, 1 half open, 2 open
   */
  public void dependencyBreaker(String dependency, DoubleSupplier state) {
    series.supply(Series.of(Family.DEPENDENCY_BREAKER, dependency), state);
  }

  /** Counts an exception of a listener, stopped before it could hurt the scheduler. */
  public void listenerFailed() {
    count(Family.LISTENER_FAILURES, 1);
  }

  /** Counts a working set that was refused at reload. */
  public void configReloadFailed() {
    count(Family.CONFIG_RELOAD_FAILURES, 1);
  }

  /** Shows all metrics, present and future, as MBeans {@code botticelli:type=..,name=..}. */
  public synchronized void startJmx() {
    if (jmx == null) {
      jmx =
          JmxReporter.forRegistry(series.dropwizard())
              .inDomain("botticelli")
              .convertDurationsTo(TimeUnit.MILLISECONDS)
              .createsObjectNamesWith(new SeriesObjectNames(series))
              .build();
      jmx.start();
    }
  }

  /** Takes the MBeans away again; counting goes on. */
  @Override
  public synchronized void close() {
    if (jmx != null) {
      jmx.close();
      jmx = null;
    }
  }

  Map<Series, Metric> all() {
    return series.all();
  }

  private void count(Family family, long amount, String... labels) {
    if (amount >= 0) {
      series.counter(Series.of(family, labels)).inc(amount);
    }
  }

  private void measure(Family family, double[] bounds, Duration duration, String... labels) {
    Duration measured = duration.isNegative() ? Duration.ZERO : duration;
    series.timer(Series.of(family, labels), bounds).update(measured);
  }

  private static double seconds(Duration duration) {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }
}
