package io.botticelli.web.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a matcher found in a span. Not thread-safe. */
final class FireReport {
  private final String scenario;
  private final FaultLog faults;
  private final List<String> lost = new ArrayList<>();
  private final List<String> doubled = new ArrayList<>();
  private final List<String> stuck = new ArrayList<>();
  private final Map<String, Integer> excused = new TreeMap<>();
  private final List<Long> late = new ArrayList<>();
  private Optional<Instant> recovered = Optional.empty();
  private int targets;

  FireReport(String scenario, FaultLog faults) {
    this.scenario = scenario;
    this.faults = faults;
  }

  void target() {
    targets++;
  }

  void lost(String actor, Instant due, String why) {
    lost.add("lost: " + actor + " at " + due + ": " + why);
  }

  void doubled(String actor, Instant due, String why) {
    doubled.add("doubled: " + actor + " at " + due + ": " + why);
  }

  void stuck(String what) {
    stuck.add("stuck: " + what);
  }

  void excused(String why) {
    excused.merge(why, 1, Integer::sum);
  }

  void ran(Instant due, Instant started, Instant ended) {
    late.add(Math.max(0, Duration.between(due, started).toMillis()));
    boolean waited = faults.end().map(end -> !due.isAfter(end) && ended.isAfter(end)).orElse(false);
    if (waited && recovered.map(ended::isAfter).orElse(true)) {
      recovered = Optional.of(ended);
    }
  }

  int targets() {
    return targets;
  }

  int excused() {
    return excused.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns everything that is wrong. */
  List<String> problems() {
    return Stream.of(lost, doubled, stuck).flatMap(List::stream).toList();
  }

  /** Returns how long after the last fault everything that waited for its end had run. */
  Duration recovery() {
    return faults
        .end()
        .flatMap(end -> recovered.map(last -> Duration.between(end, last)))
        .orElse(Duration.ZERO);
  }

  /** Returns one line for the log of a build. */
  String line() {
    List<Long> sorted = late.stream().sorted().toList();
    return "chaos: %s faults=%d targets=%d lost=%d doubled=%d stuck=%d excused=%s late_ms p50=%d p99=%d max=%d recovery_ms=%d"
        .formatted(
            scenario,
            faults.count(),
            targets,
            lost.size(),
            doubled.size(),
            stuck.size(),
            excused,
            percentile(sorted, 50),
            percentile(sorted, 99),
            percentile(sorted, 100),
            recovery().toMillis());
  }

  /** Returns the line, what was done and what went wrong, for a failure. */
  String timeline() {
    return line() + "\n" + faults.timeline() + "  " + String.join("\n  ", problems());
  }

  private static long percentile(List<Long> sorted, int percent) {
    return sorted.isEmpty()
        ? 0
        : sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * percent / 100.0) - 1));
  }
}
