package io.botticelli.core.scheduling;

import static io.botticelli.core.scheduling.StandbyReason.CLOCK;
import static io.botticelli.core.scheduling.StandbyReason.DRAINING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StandbyReasonsTest {
  private boolean firing;
  private final StandbyReasons reasons =
      new StandbyReasons(() -> firing = true, () -> firing = false);

  @Test
  void firesOnlyWhenNoReasonIsLeft() {
    reasons.begin();
    reasons.add(CLOCK);
    reasons.add(DRAINING);

    assertThat(reasons.remove(CLOCK)).isTrue();
    assertThat(firing).as("still drains").isFalse();
    assertThat(reasons.all()).containsExactly(DRAINING);

    assertThat(reasons.remove(DRAINING)).isTrue();
    assertThat(firing).isTrue();
  }

  @Test
  void aReasonFromBeforeTheBeginningCounts() {
    reasons.add(DRAINING);

    reasons.begin();

    assertThat(firing).isFalse();
  }

  @Test
  void takingAReasonAwayDoesNotBeginFiring() {
    reasons.add(DRAINING);

    reasons.remove(DRAINING);

    assertThat(firing).isFalse();
  }

  @Test
  void sayingItTwiceChangesNothing() {
    reasons.begin();

    assertThat(reasons.add(CLOCK)).isTrue();
    assertThat(reasons.add(CLOCK)).isFalse();
    assertThat(reasons.remove(DRAINING)).isFalse();
    assertThat(firing).isFalse();
  }

  @Test
  void nothingFiresAfterTheStop() {
    reasons.begin();
    reasons.add(CLOCK);
    reasons.stop();

    reasons.remove(CLOCK);

    assertThat(firing).isFalse();
  }

  @Test
  void aReasonStaysWhileFiringCannotBeStarted() {
    AtomicInteger calls = new AtomicInteger();
    StandbyReasons failing =
        new StandbyReasons(
            () -> {
              if (calls.incrementAndGet() == 2) {
                throw new IllegalStateException("database is away");
              }
            },
            () -> {});
    failing.begin();
    failing.add(CLOCK);

    assertThatThrownBy(() -> failing.remove(CLOCK)).hasMessage("database is away");

    assertThat(failing.all()).containsExactly(CLOCK);
    assertThat(failing.remove(CLOCK)).as("tried again").isTrue();
    assertThat(calls).hasValue(3);
  }
}
