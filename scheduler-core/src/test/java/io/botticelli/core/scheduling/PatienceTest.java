package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PatienceTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final Patience patience = new Patience();
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void forgetInterrupts() {
    Thread.interrupted();
  }

  @Test
  void repeatsWhatFailsBecauseTheDatabaseIsAway() {
    assertThat(patience.persist("work", LONG, () -> failing(2, true))).contains("done");
    assertThat(attempts).hasValue(3);
  }

  @Test
  void givesUpAtOnceWhatWillNeverWork() {
    assertThat(patience.persist("work", LONG, () -> failing(2, false))).isEmpty();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void triesOnceAfterTheLimit() {
    assertThat(patience.persist("work", Duration.ZERO, () -> failing(99, true))).isEmpty();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void stopsWaitingWhenTheNodeGivesUp() {
    patience.giveUp();

    assertThat(patience.persist("work", LONG, () -> failing(99, true))).isEmpty();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void anInterruptDoesNotEndItAndIsKept() {
    Thread.currentThread().interrupt();

    assertThat(patience.persist("work", LONG, () -> failing(1, true))).contains("done");

    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void aTakeOverIsNotRepeated() {
    assertThatThrownBy(
            () ->
                patience.persist(
                    "work",
                    LONG,
                    () -> {
                      throw new StaleExecutionException(1, 1);
                    }))
        .isInstanceOf(StaleExecutionException.class);
  }

  private String failing(int times, boolean retryable) {
    if (attempts.incrementAndGet() <= times) {
      throw new StoreException("away", null, retryable, null);
    }
    return "done";
  }
}
