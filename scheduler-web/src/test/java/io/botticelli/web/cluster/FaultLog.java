package io.botticelli.web.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was done to the cluster and when. Says until when a fire may start: within a few seconds on
 * a healthy cluster, later when a fault was in its way. Not thread-safe.
 */
final class FaultLog {
  /** A fire on a healthy cluster on a busy machine. */
  private static final Duration HEALTHY = Duration.ofSeconds(5);

  private final List<Fault> faults = new ArrayList<>();

  /** Whom a fault hits, and how long its fires may take from then on. */
  enum Kind {
    /** A node: its fires start again elsewhere, counted from when they were due. */
    NODE(Duration.ofSeconds(30)),
    /** The database, or every way to it: counted from the end of the fault. */
    DATABASE(Duration.ofSeconds(20)),
    /** A node's connections go silent: counted from the fault. */
    SILENCE(Duration.ofSeconds(45));

    private final Duration grace;

    Kind(Duration grace) {
      this.grace = grace;
    }
  }

  /**
   * One fault.
   *
   * @param what for people
   * @param from when it began
   * @param to when it was over
   */
  record Fault(String what, Kind kind, Instant from, Instant to) {
    private boolean meets(Instant due) {
      return !due.isBefore(from.minus(HEALTHY)) && due.isBefore(to.plus(kind.grace));
    }

    private Instant deadline(Instant due) {
      Instant base = kind == Kind.NODE && due.isAfter(to) ? due : to;
      Instant late = kind == Kind.SILENCE ? from : base;
      return (late.isAfter(due) ? late : due).plus(kind.grace);
    }
  }

  /** Does something bad and remembers it. */
  void during(String what, Kind kind, Runnable work) {
    Instant from = Instant.now();
    work.run();
    add(what, kind, from, Instant.now());
  }

  /** Remembers a fault. */
  void add(String what, Kind kind, Instant from, Instant to) {
    faults.add(new Fault(what, kind, from, to));
  }

  int count() {
    return faults.size();
  }

  /** Returns until when a fire that is due then may start. */
  Instant deadline(Instant due) {
    return faults.stream()
        .filter(fault -> fault.meets(due))
        .map(fault -> fault.deadline(due))
        .reduce(due.plus(HEALTHY), (one, other) -> one.isAfter(other) ? one : other);
  }

  /** Tells whether a fault may have been in the way of something between these times. */
  boolean excuses(Instant from, Instant to) {
    return faults.stream()
        .anyMatch(
            fault ->
                from.isBefore(fault.to().plus(fault.kind().grace)) && !to.isBefore(fault.from()));
  }

  /** Returns the end of the last fault. */
  Optional<Instant> end() {
    return faults.stream().map(Fault::to).max(Instant::compareTo);
  }

  /** Returns the faults, one per line. */
  String timeline() {
    StringBuilder lines = new StringBuilder();
    faults.forEach(
        fault ->
            lines
                .append("  fault ")
                .append(fault.from())
                .append(" .. ")
                .append(fault.to())
                .append(' ')
                .append(fault.what())
                .append('\n'));
    return lines.toString();
  }
}
