package io.botticelli.web.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Does something bad to a running cluster, lets it go on, and judges every fire that was due
 * meanwhile. Prints one line per scenario, beginning with {@code chaos:}.
 */
final class Trial {
  /** Fires looked at after a fault, beside those that waited for its end. */
  private static final Duration AFTER = Duration.ofSeconds(2);

  /** A span with fewer due fires proves nothing. */
  private static final int LEAST_TARGETS = 20;

  private final FireSet set;
  private final FireMatcher matcher;

  Trial(TestDatabase database, FireSet set) {
    this.set = set;
    this.matcher = new FireMatcher(database, "fire_rows");
  }

  /** Waits, for faults that need time. */
  static void pause(Duration time) {
    await().atMost(time.multipliedBy(3)).during(time).until(() -> true);
  }

  /**
   * Survives a scenario.
   *
   * @param work applies faults and logs them; fails when it cannot
   */
  FireReport survive(String scenario, Consumer<FaultLog> work) {
    FaultLog faults = new FaultLog();
    Instant from = Instant.now();
    work.accept(faults);
    pause(AFTER);
    FireReport report = settled(scenario, from, Instant.now(), faults);
    System.out.println(report.line());
    assertThat(report.problems()).as(report.timeline()).isEmpty();
    assertThat(report.targets()).as("due fires of %s", scenario).isGreaterThan(LEAST_TARGETS);
    return report;
  }

  /** Fires have until the end of their windows; a report without problems needs no more time. */
  private FireReport settled(String scenario, Instant from, Instant to, FaultLog faults) {
    Map<String, List<Instant>> due = set.due(from, to);
    Instant last =
        due.values().stream()
            .flatMap(List::stream)
            .map(faults::deadline)
            .max(Instant::compareTo)
            .orElse(to)
            .plusSeconds(5);
    while (true) {
      FireReport report = matcher.judge(scenario, due, faults);
      if (report.problems().isEmpty() || Instant.now().isAfter(last)) {
        return report;
      }
      pause(Duration.ofMillis(300));
    }
  }
}
