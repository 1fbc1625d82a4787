package io.botticelli.core.scheduling;

import io.botticelli.core.breaker.BreakerStore.BreakerSnapshot;
import io.botticelli.core.breaker.BreakerStore.Cause;
import io.botticelli.core.breaker.BreakerStore.State;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Says why a breaker keeps an actor from running, and until when. */
final class OpenBreakers {
  /** Code of a fire that found the breaker open after failures. */
  static final String CIRCUIT_OPEN = "circuit_open";

  /** Code of a fire while the actor waits for its quota. */
  static final String QUOTA = "quota";

  private OpenBreakers() {}

  /**
   * Returns what becomes of a fire that a breaker refuses: a row of its own, like every fire's.
   *
   * <p>An actor that fires every ten seconds leaves thirty of them in five minutes. They are kept
   * apart on purpose: the history has to say of each fire what became of it.
   */
  static ExecutionResult skipped(BreakerSnapshot breaker) {
    return new ExecutionResult(
        ExecutionStatus.SKIPPED,
        Optional.of(breaker.cause().equals(Optional.of(Cause.QUOTA)) ? QUOTA : CIRCUIT_OPEN),
        Optional.of(explain(breaker)),
        0,
        0,
        0,
        0,
        0,
        Map.of());
  }

  /** Returns one line for people. */
  static String explain(BreakerSnapshot breaker) {
    String last = breaker.reason().map(reason -> " (last: " + reason + ")").orElse("");
    if (breaker.state() == State.HALF_OPEN) {
      return "breaker HALF_OPEN: its one trial run is under way" + last;
    }
    String next = breaker.nextProbeAt().map(Instant::toString).orElse("");
    return switch (breaker.cause().orElse(Cause.FAILURES)) {
      case QUOTA -> "waits until " + next + " for its quota; nothing is counted" + last;
      case PERMANENT ->
          "breaker OPEN at once, a person must mend this"
              + last
              + probe(next)
              + "; resume the actor when it is mended";
      case FAILURES ->
          "breaker OPEN after "
              + breaker.consecutiveFailures()
              + " failures in a row"
              + last
              + probe(next)
              + "; resume the actor to run it now";
    };
  }

  private static String probe(String next) {
    return next.isEmpty() ? ", no probe until a person resumes it" : ", next probe " + next;
  }
}
