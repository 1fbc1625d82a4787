package io.botticelli.core.resilience;

import dev.failsafe.CircuitBreaker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One breaker of this node for each thing it depends on: a model provider, a platform, the
 * database. A provider that is down is then asked by one caller now and then instead of by every
 * actor with all its retries.
 *
 * <p>Only failures of the dependency itself count; an answer that refuses a request shows that it
 * is there. Kept in memory: each node finds out for itself what it can reach. Thread-safe.
 */
public final class DependencyBreakers {
  private static final Logger LOG = LoggerFactory.getLogger(DependencyBreakers.class);

  /** Failures in a row: more than one act's bad luck, fewer than one act's retries. */
  static final int THRESHOLD = 5;

  /** Before one caller may try again. */
  static final Duration DELAY = Duration.ofSeconds(30);

  /** While that caller is under way, others come back after this. */
  private static final Duration WHILE_PROBING = Duration.ofSeconds(5);

  private final Map<String, Dependency> dependencies = new ConcurrentHashMap<>();
  private final Clock clock;
  private final RetrySettings settings;
  private final BiConsumer<String, Supplier<State>> shown;

  /**
   * @param settings scales the waits, as those between retries
   * @param shown told once of every dependency, with where its state can be asked for
   */
  public DependencyBreakers(
      Clock clock, RetrySettings settings, BiConsumer<String, Supplier<State>> shown) {
    this.clock = clock;
    this.settings = settings;
    this.shown = shown;
  }

  /**
   * Asks whether a dependency may be called. Whoever may must then tell {@link #answered}, {@link
   * #failed} or {@link #undecided}.
   *
   * @return empty if it may be called, else how long to wait before asking again
   */
  public Optional<Duration> tryAcquire(String dependency) {
    Dependency found = find(dependency);
    if (found.breaker.tryAcquirePermit()) {
      return Optional.empty();
    }
    Duration left = found.breaker.getRemainingDelay();
    // Rounded up: who comes back after it must not come a fraction of a millisecond early.
    return Optional.of(left.isZero() ? settings.scaled(WHILE_PROBING) : left.plusMillis(1));
  }

  /** The dependency is there, whatever it answered. */
  public void answered(String dependency) {
    find(dependency).breaker.recordSuccess();
  }

  /**
   * The dependency could not be used.
   *
   * @param reason one line without secrets
   */
  public void failed(String dependency, String reason) {
    Dependency found = find(dependency);
    found.lastFailure = Optional.of(new LastFailure(reason, clock.instant()));
    found.breaker.recordFailure();
  }

  /** The call ended without telling anything, for example by an interrupt. */
  public void undecided(String dependency) {
    CircuitBreaker<Object> breaker = find(dependency).breaker;
    if (breaker.isHalfOpen()) {
      // The permit of a probe cannot be given back; the next probe comes after the usual wait.
      breaker.open();
    }
  }

  /**
   * Records what somebody found who asks the dependency whether its breaker is open or not.
   *
   * @param failure empty if it is there
   */
  public void observed(String dependency, Optional<String> failure) {
    boolean may = tryAcquire(dependency).isEmpty();
    if (failure.isPresent()) {
      failed(dependency, failure.get());
    } else if (may) {
      answered(dependency);
    } else {
      find(dependency).breaker.close();
    }
  }

  /** Lists what is known, ordered by name. */
  public List<DependencyState> list() {
    return dependencies.values().stream()
        .map(Dependency::state)
        .sorted(Comparator.comparing(DependencyState::dependency))
        .toList();
  }

  /** Returns the state of a dependency; closed when nothing is known of it. */
  public DependencyState get(String dependency) {
    return find(dependency).state();
  }

  private Dependency find(String name) {
    Dependency known = dependencies.get(name);
    if (known != null) {
      return known;
    }
    Dependency fresh = new Dependency(name);
    Dependency raced = dependencies.putIfAbsent(name, fresh);
    if (raced != null) {
      return raced;
    }
    shown.accept(name, () -> fresh.state().state());
    return fresh;
  }

  /** States of a breaker; shown lower-case. */
  public enum State {
    CLOSED,
    HALF_OPEN,
    OPEN
  }

  /**
   * A dependency as this node sees it.
   *
   * @param since when it entered this state
   * @param lastFailure one line, also when it has recovered since
   */
  public record DependencyState(
      String dependency, State state, Instant since, Optional<LastFailure> lastFailure) {}

  /** A failure of a dependency. */
  public record LastFailure(String reason, Instant at) {}

  private final class Dependency {
    private final String name;
    private final CircuitBreaker<Object> breaker;
    private volatile Instant since;
    private volatile Optional<LastFailure> lastFailure = Optional.empty();

    Dependency(String name) {
      this.name = name;
      this.since = clock.instant();
      Duration delay = settings.scaled(DELAY);
      this.breaker =
          CircuitBreaker.builder()
              .withFailureThreshold(THRESHOLD)
              .withSuccessThreshold(1)
              .withDelay(delay)
              .onOpen(
                  event -> {
                    since = clock.instant();
                    LOG.warn(
                        "{}: breaker OPEN (last: {}), calls fail at once for {} ms",
                        name,
                        lastFailure.map(LastFailure::reason).orElse("unknown"),
                        delay.toMillis());
                  })
              .onHalfOpen(event -> since = clock.instant())
              .onClose(
                  event -> {
                    since = clock.instant();
                    LOG.info("{}: answers again, breaker CLOSED", name);
                  })
              .build();
    }

    DependencyState state() {
      State state =
          switch (breaker.getState()) {
            case CLOSED -> State.CLOSED;
            case HALF_OPEN -> State.HALF_OPEN;
            case OPEN -> State.OPEN;
          };
      return new DependencyState(name, state, since, lastFailure);
    }
  }
}
