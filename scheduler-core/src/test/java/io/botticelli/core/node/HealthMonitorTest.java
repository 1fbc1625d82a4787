package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.node.Health.Component;
import io.botticelli.core.node.Health.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HealthMonitorTest {
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void aHangingDatabaseCannotHangTheProbe() {
    try (HealthMonitor monitor =
        new HealthMonitor(() -> hang(health(State.HEALTHY)), () -> health(State.UNHEALTHY))) {
      long start = System.nanoTime();

      Health health = monitor.now();

      assertThat(health.state()).isEqualTo(State.UNHEALTHY);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isLessThan(HealthMonitor.PATIENCE.plusSeconds(2));
      release.countDown();
      assertThat(monitor.now().state()).isEqualTo(State.HEALTHY);
    }
  }

  @Test
  void howeverManyAskOneQuestionIsUnderWayAndOneWaits() {
    try (SharedAnswer<Integer> shared =
        new SharedAnswer<>("test", () -> hang(asked.incrementAndGet()))) {
      List<CompletableFuture<Boolean>> askers =
          IntStream.range(0, 20)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> shared.get(Duration.ofMillis(50)).isPresent()))
              .toList();

      assertThat(askers).allMatch(asker -> !asker.join());
      assertThat(asked).hasValue(1);
      release.countDown();
      assertThat(shared.get(Duration.ofSeconds(5)).orElseThrow())
          .as("the first, the one that waited, and perhaps this one")
          .isBetween(2, 3);
    }
  }

  @Test
  void aRefusalReachesTheCallerAndNobodyWaitsAfterTheEnd() {
    SharedAnswer<String> shared =
        new SharedAnswer<>(
            "test",
            () -> {
              throw new IllegalStateException("refused");
            });

    assertThatThrownBy(() -> shared.get(Duration.ofSeconds(5))).hasMessage("refused");
    shared.close();
    assertThat(shared.get(Duration.ofSeconds(5))).isEmpty();
  }

  private <T> T hang(T answer) {
    try {
      release.await();
      return answer;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return answer;
    }
  }

  private static Health health(State state) {
    return new Health(
        state == State.HEALTHY, true, Map.of("database", new Component(state, "test")), "n");
  }
}
