package io.botticelli.core.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.resilience.DependencyBreakers.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DependencyBreakersTest {
  private static final Instant NOW = Instant.parse("2026-01-05T09:00:00Z");

  private final Map<String, Supplier<State>> shown = new ConcurrentHashMap<>();

  @Test
  void opensAfterFiveFailuresInARowAndSaysHowLongToWait() {
    DependencyBreakers breakers = breakers(1.0);
    fail(breakers, 4);
    breakers.answered("gemini");
    fail(breakers, 4);
    assertThat(breakers.tryAcquire("gemini")).as("not in a row").isEmpty();

    fail(breakers, 1);

    assertThat(breakers.tryAcquire("gemini").orElseThrow())
        .isBetween(Duration.ofSeconds(25), Duration.ofSeconds(31));
    assertThat(breakers.get("gemini").state()).isEqualTo(State.OPEN);
    assertThat(breakers.get("gemini").since()).isEqualTo(NOW);
    assertThat(breakers.get("gemini").lastFailure().orElseThrow().reason()).isEqualTo("HTTP 503");
    assertThat(breakers.tryAcquire("other")).as("each has its own").isEmpty();
    assertThat(shown.get("gemini").get()).isEqualTo(State.OPEN);
    assertThat(breakers.list()).hasSize(2);
  }

  @Test
  void afterTheWaitOneCallerProbesAndItsSuccessCloses() {
    DependencyBreakers breakers = breakers(0.001);
    fail(breakers, 5);

    await().until(() -> breakers.tryAcquire("gemini").isEmpty());
    assertThat(breakers.get("gemini").state()).isEqualTo(State.HALF_OPEN);
    assertThat(breakers.tryAcquire("gemini")).as("one probe only").isPresent();
    breakers.answered("gemini");

    assertThat(breakers.get("gemini").state()).isEqualTo(State.CLOSED);
    assertThat(breakers.tryAcquire("gemini")).isEmpty();
  }

  @Test
  void aFailedOrInterruptedProbeOpensAgain() {
    DependencyBreakers breakers = breakers(0.001);
    fail(breakers, 5);
    await().until(() -> breakers.tryAcquire("gemini").isEmpty());

    breakers.undecided("gemini");

    assertThat(breakers.get("gemini").state()).isEqualTo(State.OPEN);
    await().until(() -> breakers.tryAcquire("gemini").isEmpty());
    breakers.failed("gemini", "HTTP 502");
    assertThat(breakers.get("gemini").state()).isEqualTo(State.OPEN);
    assertThat(breakers.get("gemini").lastFailure().orElseThrow().reason()).isEqualTo("HTTP 502");
  }

  @Test
  void anObserverOfAnOpenBreakerClosesItWhenTheDependencyIsBack() {
    DependencyBreakers breakers = breakers(1.0);
    for (int i = 0; i < DependencyBreakers.THRESHOLD; i++) {
      breakers.observed("database", Optional.of("does not answer"));
    }
    assertThat(breakers.get("database").state()).isEqualTo(State.OPEN);

    breakers.observed("database", Optional.empty());

    assertThat(breakers.get("database").state()).isEqualTo(State.CLOSED);
  }

  private static void fail(DependencyBreakers breakers, int times) {
    for (int i = 0; i < times; i++) {
      breakers.failed("gemini", "HTTP 503");
    }
  }

  private DependencyBreakers breakers(double scale) {
    return new DependencyBreakers(
        Clock.fixed(NOW, ZoneOffset.UTC),
        new RetrySettings(Optional.empty(), Optional.empty(), scale),
        shown::put);
  }
}
