package io.botticelli.core.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelException.Kind;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ResiliencePoliciesTest {
  private static final ModelRequest REQUEST =
      new ModelRequest(
          "m",
          Optional.empty(),
          Optional.empty(),
          List.of(Message.of(Message.Role.USER, "hello")),
          Duration.ofSeconds(1));

  private final ResiliencePolicies quick = policies(0.0);

  @AfterEach
  void forgetInterrupts() {
    Thread.interrupted();
  }

  @Test
  void answersAfterTransientFailures() {
    FailingModel model = new FailingModel(failure(Kind.UNAVAILABLE, 503, null), 2);

    ModelResponse response = quick.callModel(model, REQUEST);

    assertThat(response.text()).isEqualTo("done");
    assertThat(model.calls.get()).isEqualTo(3);
  }

  @Test
  void givesUpAfterAsManyRetriesAsTheFirstFailureAllows() {
    assertThat(callsUntilGivenUp(failure(Kind.RATE_LIMITED, 429, null))).isEqualTo(4);
    assertThat(callsUntilGivenUp(failure(Kind.UNAVAILABLE, 503, null))).isEqualTo(6);
    assertThat(callsUntilGivenUp(failure(Kind.UNAVAILABLE, 500, null))).isEqualTo(4);
    assertThat(callsUntilGivenUp(failure(Kind.TIMEOUT, 0, null))).isEqualTo(5);
    assertThat(callsUntilGivenUp(failure(Kind.CONNECTION, 0, null))).isEqualTo(6);
  }

  @Test
  void doesNotRepeatWhatAPersonMustMend() {
    assertThat(callsUntilGivenUp(failure(Kind.AUTHENTICATION, 401, null))).isEqualTo(1);
    assertThat(callsUntilGivenUp(failure(Kind.INVALID_REQUEST, 400, null))).isEqualTo(1);
  }

  @Test
  void doesNotWaitForAProviderThatAsksForHours() {
    assertThat(callsUntilGivenUp(failure(Kind.RATE_LIMITED, 429, Duration.ofHours(3))))
        .isEqualTo(1);
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void waitsAtLeastAsLongAsTheProviderAsks() {
    ResiliencePolicies fullSpeed =
        new ResiliencePolicies(
            new RetrySettings(Optional.empty(), Optional.of(Duration.ZERO), 1.0), () -> 0.0);
    FailingModel model =
        new FailingModel(failure(Kind.RATE_LIMITED, 429, Duration.ofMillis(300)), 1);
    long before = System.nanoTime();

    fullSpeed.callModel(model, REQUEST);

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void anInterruptEndsTheWaitAtOnce() {
    FailingModel model = new FailingModel(failure(Kind.UNAVAILABLE, 503, null), 9);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> policies(1.0).callModel(model, REQUEST))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INTERRUPTED));

    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void boundsDoubleUpToTheCap() {
    ModelRetryTable row = ModelRetryTable.rowFor(failure(Kind.RATE_LIMITED, 429, null));

    assertThat(List.of(row.bound(1), row.bound(2), row.bound(3), row.bound(4), row.bound(90)))
        .containsExactly(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(40),
            Duration.ofSeconds(40));
  }

  @Test
  void repeatsASkillOnlyWhileItsResultIsTransient() throws Exception {
    Deque<String> results = new ArrayDeque<>(List.of("busy", "busy", "broken", "never"));

    String last =
        quick.retrySkill(5, Duration.ofSeconds(5), "busy"::equals, r -> 0L, results::removeFirst);

    assertThat(last).isEqualTo("broken");
    assertThat(results).containsExactly("never");
  }

  @Test
  void returnsTheLastFailureWhenRetriesAreUsedUp() throws Exception {
    AtomicInteger runs = new AtomicInteger();

    String last =
        quick.retrySkill(
            2,
            Duration.ofSeconds(5),
            "busy"::equals,
            r -> 0L,
            () -> {
              runs.incrementAndGet();
              return "busy";
            });

    assertThat(last).isEqualTo("busy");
    assertThat(runs).hasValue(3);
  }

  private int callsUntilGivenUp(ModelException failure) {
    FailingModel model = new FailingModel(failure, 99);
    assertThatThrownBy(() -> quick.callModel(model, REQUEST)).isSameAs(failure);
    return model.calls.get();
  }

  private static ResiliencePolicies policies(double scale) {
    return new ResiliencePolicies(
        new RetrySettings(Optional.empty(), Optional.empty(), scale), () -> 0.99);
  }

  private static ModelException failure(Kind kind, int status, Duration retryAfter) {
    return new ModelException(kind, "no", status, retryAfter, null);
  }

  private static final class FailingModel implements LanguageModel {
    private final ModelException failure;
    private final int failures;
    private final AtomicInteger calls = new AtomicInteger();

    FailingModel(ModelException failure, int failures) {
      this.failure = failure;
      this.failures = failures;
    }

    @Override
    public String provider() {
      return "failing";
    }

    @Override
    public ModelResponse generate(ModelRequest request) {
      if (calls.incrementAndGet() <= failures) {
        throw failure;
      }
      return new ModelResponse("done", "m", 1, 1, "stop");
    }
  }
}
