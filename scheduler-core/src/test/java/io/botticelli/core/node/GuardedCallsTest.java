package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.botticelli.core.FailureClass;
import io.botticelli.core.metrics.ActorMetrics;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelException.Kind;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.resilience.DependencyBreakers;
import io.botticelli.core.resilience.DependencyBreakers.State;
import io.botticelli.core.resilience.ResiliencePolicies;
import io.botticelli.core.resilience.RetrySettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of models and platforms feed the breaker of what they call, and are refused by it. */
class GuardedCallsTest {
  private static final ModelRequest REQUEST =
      new ModelRequest(
          "gemini-2.5-flash",
          Optional.empty(),
          Optional.empty(),
          List.of(Message.of(Message.Role.USER, "hello")),
          Duration.ofSeconds(1));

  private final ActorMetrics metrics = new ActorMetrics();
  private final Provider provider = new Provider();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void aDeadProviderIsNotHammeredByEveryActor() {
    DependencyBreakers breakers = breakers(1.0);
    MeteredCalls calls = calls(breakers, 0);
    provider.failure = failure(Kind.UNAVAILABLE, 503);
    for (int i = 0; i < 5; i++) {
      assertThat(call(calls).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    ModelException refused = call(calls);

    assertThat(refused.kind()).isEqualTo(Kind.CIRCUIT_OPEN);
    assertThat(refused.failureClass()).isEqualTo(FailureClass.TRANSIENT);
    assertThat(refused.isRetryable()).isTrue();
    assertThat(refused.retryAfter().orElseThrow()).isGreaterThan(Duration.ofSeconds(20));
    assertThat(provider.calls).as("fails without asking").hasValue(5);
    assertThat(breakers.get("gemini").lastFailure().orElseThrow().reason()).contains("no");
  }

  @Test
  void aCallThatOpensTheBreakerKeepsTheRetriesItHas() {
    DependencyBreakers breakers = breakers(0.001);
    MeteredCalls calls = calls(breakers, 5);
    provider.failure = failure(Kind.UNAVAILABLE, 503);
    provider.failures = 5;

    assertThat(calls.call(provider, REQUEST).text()).isEqualTo("done");
    assertThat(provider.calls).hasValue(6);
    assertThat(breakers.get("gemini").state()).isEqualTo(State.CLOSED);
  }

  @Test
  void refusalsOfOneRequestDoNotOpenIt() {
    DependencyBreakers breakers = breakers(1.0);
    MeteredCalls calls = calls(breakers, 0);
    for (Kind kind :
        List.of(
            Kind.AUTHENTICATION, Kind.INVALID_REQUEST, Kind.RATE_LIMITED, Kind.QUOTA_EXHAUSTED)) {
      provider.failure = failure(kind, 400);
      for (int i = 0; i < 6; i++) {
        assertThat(call(calls).kind()).isEqualTo(kind);
      }
    }

    assertThat(breakers.get("gemini").state()).isEqualTo(State.CLOSED);
  }

  @Test
  void aDeadPlatformIsLeftAloneAndNothingIsSentMeanwhile() {
    DependencyBreakers breakers = breakers(0.001);
    AtomicInteger sent = new AtomicInteger();
    GuardedPlatform platform = new GuardedPlatform(new Down(sent), breakers);
    for (int i = 0; i < 5; i++) {
      post(platform);
    }
    int before = sent.get();

    PlatformException refused = post(platform);

    assertThat(refused.outcome()).isEqualTo(PlatformException.Outcome.REJECTED);
    assertThat(refused.isRetryable()).isTrue();
    assertThat(refused.retryAfter()).isPresent();
    assertThat(sent).hasValue(before);
    await().until(() -> post(platform).retryAfter().isEmpty());
    assertThat(sent).as("one probe").hasValue(before + 1);
  }

  private static PlatformException post(GuardedPlatform platform) {
    return catchThrowableOfType(
        PlatformException.class,
        () -> platform.post(new PostingPlatform.Post("1", "text", "n", false)));
  }

  private ModelException call(MeteredCalls calls) {
    return catchThrowableOfType(ModelException.class, () -> calls.call(provider, REQUEST));
  }

  private MeteredCalls calls(DependencyBreakers breakers, int retries) {
    RetrySettings settings =
        new RetrySettings(Optional.of(retries), Optional.of(Duration.ZERO), 1.0);
    return new MeteredCalls(new ResiliencePolicies(settings, () -> 0.0), metrics, breakers);
  }

  private static DependencyBreakers breakers(double scale) {
    return new DependencyBreakers(
        Clock.systemUTC(),
        new RetrySettings(Optional.empty(), Optional.empty(), scale),
        (dependency, state) -> {});
  }

  private static ModelException failure(Kind kind, int status) {
    return new ModelException(kind, "no", status, null, null);
  }

  private static final class Provider implements LanguageModel {
    private final AtomicInteger calls = new AtomicInteger();
    private ModelException failure = failure(Kind.UNAVAILABLE, 503);
    private int failures = Integer.MAX_VALUE;

    @Override
    public String provider() {
      return "gemini";
    }

    @Override
    public ModelResponse generate(ModelRequest request) {
      if (calls.incrementAndGet() <= failures) {
        throw failure;
      }
      return new ModelResponse("done", request.model(), 1, 1, "stop");
    }
  }

  private record Down(AtomicInteger sent) implements PostingPlatform {
    @Override
    public String name() {
      return "discord";
    }

    @Override
    public String canonical(String command) {
      return command;
    }

    @Override
    public boolean isWrite(String command) {
      return true;
    }

    @Override
    public JsonNode execute(PlatformCommand command) {
      return TextNode.valueOf(Map.of().toString());
    }

    @Override
    public int messageLimit() {
      return 2000;
    }

    @Override
    public PostReceipt post(Post post) {
      sent.incrementAndGet();
      throw PlatformException.rejected(PlatformException.Kind.UNAVAILABLE, "HTTP 502");
    }

    @Override
    public Optional<PostReceipt> find(Post post, Instant since) {
      return Optional.empty();
    }
  }
}
