package io.botticelli.core.model.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.FailureClass;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.LanguageModelContract;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.Message.Part;
import io.botticelli.core.model.Message.Role;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelException.Kind;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Talks to a server on the loopback interface that speaks the real protocol. */
class GeminiLanguageModelTest extends LanguageModelContract {
  private static final String KEY = "AIza-very-secret-key";
  private static final String PROMPT = "the confidential prompt";
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-05T09:00:00Z"), ZoneOffset.UTC);

  private final FakeGemini gemini = new FakeGemini();
  private final GeminiLanguageModel model = new GeminiLanguageModel(gemini.url(), KEY, CLOCK);

  @AfterEach
  void closeServer() {
    gemini.close();
  }

  @Override
  protected LanguageModel model() {
    return model;
  }

  @Override
  protected String modelName() {
    return "gemini-2.5-flash";
  }

  @Test
  void speaksTheGenerateContentProtocolWithTheKeyInAHeaderOnly() {
    ModelResponse response = model.generate(request(Message.of(Role.USER, PROMPT)));

    FakeGemini.Call call = gemini.onlyCall();
    assertThat(call.method()).isEqualTo("POST");
    assertThat(call.path()).isEqualTo("/v1beta/models/gemini-2.5-flash:generateContent");
    assertThat(call.protocol()).isEqualTo("HTTP/1.1");
    assertThat(call.headers().getFirst("x-goog-api-key")).isEqualTo(KEY);
    assertThat(call.headers().containsKey("Upgrade")).as("no upgrade to HTTP/2").isFalse();
    assertThat(call.body().at("/contents/0/role").asText()).isEqualTo("user");
    assertThat(call.body().at("/contents/0/parts/0/text").asText()).isEqualTo(PROMPT);
    assertThat(call.body().at("/generationConfig/temperature").asDouble()).isEqualTo(0.5);
    assertThat(call.body().at("/generationConfig/maxOutputTokens").asInt()).isEqualTo(1000);
    assertThat(response)
        .isEqualTo(new ModelResponse("an answer", "gemini-2.5-flash-001", 11, 7, "stop"));
  }

  @Test
  void mergesAdjacentTurnsOfOneRoleAndMovesSystemTextsToTheInstruction() {
    model.generate(
        request(
            Message.of(Role.SYSTEM, "rule one"),
            Message.of(Role.USER, "a"),
            Message.of(Role.USER, "b"),
            Message.of(Role.ASSISTANT, "c"),
            Message.of(Role.SYSTEM, "rule two"),
            Message.of(Role.USER, "d")));

    JsonNode body = gemini.onlyCall().body();
    assertThat(body.at("/systemInstruction/parts").toString()).contains("rule one", "rule two");
    assertThat(body.at("/contents").findValuesAsText("role"))
        .containsExactly("user", "model", "user");
    assertThat(body.at("/contents/0/parts").findValuesAsText("text")).containsExactly("a", "b");
  }

  @Test
  void sendsMediaAsInlineDataAndTextDocumentsAsText() {
    byte[] image = {1, 2, 3};
    byte[] notes = "plain notes".getBytes(StandardCharsets.UTF_8);

    model.generate(
        request(
            new Message(
                Role.USER,
                List.of(
                    new Part.Text("look"),
                    new Part.Media("image", "image/png", image),
                    new Part.Media("document", "text/markdown", notes),
                    new Part.Media("document", "application/pdf", image)))));

    JsonNode parts = gemini.onlyCall().body().at("/contents/0/parts");
    assertThat(parts.at("/1/inlineData/mimeType").asText()).isEqualTo("image/png");
    assertThat(parts.at("/1/inlineData/data").asText()).isEqualTo("AQID");
    assertThat(parts.at("/2/text").asText()).contains("text/markdown", "plain notes");
    assertThat(parts.at("/3/inlineData/mimeType").asText()).isEqualTo("application/pdf");
  }

  @Test
  void refusesMediaOfAnUnknownTypeBeforeCalling() {
    ModelException failure =
        failureOf(
            request(
                new Message(
                    Role.USER,
                    List.of(new Part.Media("document", "application/x-tar", new byte[1])))));

    assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(gemini.calls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "STOP,stop",
    "MAX_TOKENS,length",
    "SAFETY,safety",
    "RECITATION,safety",
    "PROHIBITED_CONTENT,safety",
    "MALFORMED_FUNCTION_CALL,other",
    "A_REASON_OF_NEXT_YEAR,other"
  })
  void mapsFinishReasons(String reason, String expected) {
    gemini.answer(200, FakeGemini.ANSWER.replace("STOP", reason));

    ModelResponse response = model.generate(request(Message.of(Role.USER, PROMPT)));

    assertThat(response.finishReason()).isEqualTo(expected);
    assertThat(response.text()).isEqualTo("an answer");
  }

  @Test
  void reportsABlockedPromptAsAnEmptyAnswerWithheldForSafety() {
    gemini.answer(200, "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}");

    ModelResponse response = model.generate(request(Message.of(Role.USER, PROMPT)));

    assertThat(response).isEqualTo(new ModelResponse("", modelName(), -1, -1, "safety"));
  }

  @Test
  void acceptsACutAnswerWithoutContentOrUsage() {
    gemini.answer(200, "{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]}");

    ModelResponse response = model.generate(request(Message.of(Role.USER, PROMPT)));

    assertThat(response.text()).isEmpty();
    assertThat(response.isTruncated()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "400,INVALID_REQUEST,false",
    "401,AUTHENTICATION,false",
    "403,AUTHENTICATION,false",
    "404,INVALID_REQUEST,false",
    "408,TIMEOUT,true",
    "429,RATE_LIMITED,true",
    "500,UNAVAILABLE,true",
    "502,UNAVAILABLE,true",
    "503,UNAVAILABLE,true",
    "504,UNAVAILABLE,true",
    "302,INVALID_REQUEST,false"
  })
  void translatesEveryStatusAndNeverRepeatsTheAnswerBody(int status, Kind kind, boolean again) {
    gemini.answer(
        status,
        "{\"error\":{\"code\":1,\"message\":\"echo "
            + PROMPT
            + " "
            + KEY
            + "\",\"status\":\"SOME_STATUS\"}}");

    ModelException failure = failureOf(request(Message.of(Role.USER, PROMPT)));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.isRetryable()).isEqualTo(again);
    assertThat(failure).hasMessageContaining(modelName()).hasMessageContaining("SOME_STATUS");
    assertThat(messages(failure)).doesNotContain(PROMPT).doesNotContain(KEY);
    assertThat(gemini.calls()).as("one attempt").hasSize(1);
  }

  @Test
  void readsAWrongKeyOutOfABadRequest() {
    gemini.answer(
        400,
        "{\"error\":{\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}");

    assertThat(failureOf(request(Message.of(Role.USER, PROMPT))))
        .hasMessageContaining("GEMINI_API_KEY")
        .extracting(ModelException::kind)
        .isEqualTo(Kind.AUTHENTICATION);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7|7000",
        "Mon, 05 Jan 2026 09:00:30 GMT|30000",
        "Mon, 05 Jan 2026 08:00:00 GMT|0",
        "999999999|86400000"
      })
  void keepsTheRetryAfterHeader(String header, long millis) {
    gemini.answer(429, "{}", header);

    assertThat(failureOf(request(Message.of(Role.USER, PROMPT))).retryAfter())
        .contains(Duration.ofMillis(millis));
  }

  @Test
  void takesTheWaitFromTheErrorBodyWhenTheHeaderIsMissingOrUnreadable() {
    gemini.answer(
        429,
        "{\"error\":{\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\","
            + "\"retryDelay\":\"34.074824224s\"}]}}",
        "soon");

    assertThat(failureOf(request(Message.of(Role.USER, PROMPT))).retryAfter())
        .contains(Duration.ofMillis(34_074));
  }

  /** The answer as Google sends it; its retry delay is seconds although the day's quota is gone. */
  @Test
  void aUsedUpDailyQuotaIsRenewedAtMidnightInCaliforniaWhateverTheRetryDelaySays() {
    gemini.answer(429, quotaAnswer("GenerateRequestsPerDayPerProjectPerModel-FreeTier"));

    ModelException failure = failureOf(request(Message.of(Role.USER, PROMPT)));

    assertThat(failure.kind()).isEqualTo(Kind.QUOTA_EXHAUSTED);
    assertThat(failure.failureClass()).isEqualTo(FailureClass.QUOTA);
    assertThat(failure.isRetryable()).isFalse();
    // 09:00 UTC is 01:00 in California: midnight there is 23 hours away.
    assertThat(failure.retryAfter()).contains(Duration.ofHours(23).plusMinutes(1));
    assertThat(failure).hasMessageContaining("PerDay").hasMessageContaining("2026-01-06T08:00:00Z");
  }

  @Test
  void aLimitPerMinuteIsRetriedAfterTheDelayAndThenCountsAsQuota() {
    gemini.answer(429, quotaAnswer("GenerateContentInputTokensPerModelPerMinute-FreeTier"));

    ModelException failure = failureOf(request(Message.of(Role.USER, PROMPT)));

    assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure.failureClass()).isEqualTo(FailureClass.QUOTA);
    assertThat(failure.retryAfter()).contains(Duration.ofMillis(24_500));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401|{\"error\":{\"code\":401,\"status\":\"UNAUTHENTICATED\"}}|PERMANENT",
        "403|{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\"}}|PERMANENT",
        "400|{\"error\":{\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}|PERMANENT",
        "400|{\"error\":{\"code\":400,\"status\":\"FAILED_PRECONDITION\"}}|PERMANENT",
        "404|{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\"}}|PERMANENT",
        "302|{}|PERMANENT",
        "400|{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\"}}|TRANSIENT",
        "429|{}|TRANSIENT",
        "500|{}|TRANSIENT",
        "503|{\"error\":{\"code\":503,\"status\":\"UNAVAILABLE\"}}|TRANSIENT"
      })
  void tellsWhatAPersonMustMendFromWhatMayPass(int status, String body, FailureClass expected) {
    gemini.answer(status, body);

    assertThat(failureOf(request(Message.of(Role.USER, PROMPT))).failureClass())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"BEFORE_HEADERS", "INSIDE_BODY"})
  void givesUpAfterTheTimeoutWhereverTheAnswerStalls(FakeGemini.Stall stall) {
    gemini.stall(stall);
    ModelRequest request =
        new ModelRequest(
            modelName(),
            Optional.empty(),
            Optional.empty(),
            List.of(Message.of(Role.USER, PROMPT)),
            Duration.ofMillis(300));
    long start = System.nanoTime();

    ModelException failure = failureOf(request);

    assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(failure).hasMessageContaining("300 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void endsACallInFlightWhenItsThreadIsInterrupted() throws Exception {
    gemini.stall(FakeGemini.Stall.BEFORE_HEADERS);
    AtomicReference<Kind> kind = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    Thread caller =
        new Thread(
            () -> {
              kind.set(failureOf(request(Message.of(Role.USER, PROMPT))).kind());
              flag.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    gemini.awaitCall();

    caller.interrupt();
    caller.join(5_000);

    assertThat(kind).hasValue(Kind.INTERRUPTED);
    assertThat(flag).as("interrupt flag restored").isTrue();
  }

  @Test
  void reportsAnUnreachableServerAsConnectionFailure() {
    gemini.close();

    ModelException failure = failureOf(request(Message.of(Role.USER, PROMPT)));

    assertThat(failure.kind()).isEqualTo(Kind.CONNECTION);
    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure).hasMessageContaining("GEMINI_BASE_URL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"not json at all PROMPTECHO", "[1,2]", "{}", "{\"candidates\":[]}", "''"})
  void reportsAnUnreadableAnswerAsUnavailableWithoutQuotingIt(String body) {
    gemini.answer(200, body);

    ModelException failure = failureOf(request(Message.of(Role.USER, PROMPT)));

    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(messages(failure)).doesNotContain("PROMPTECHO");
  }

  @ParameterizedTest
  @CsvSource({"../../secret", "a/b", "a?key=1", "a b", "''"})
  void refusesModelNamesThatWouldChangeTheUrl(String name) {
    ModelRequest request =
        new ModelRequest(
            name,
            Optional.empty(),
            Optional.empty(),
            List.of(Message.of(Role.USER, PROMPT)),
            Duration.ofSeconds(5));

    assertThat(failureOf(request).kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(gemini.calls()).isEmpty();
  }

  @Test
  void refusesAConversationWithoutUserText() {
    assertThat(failureOf(request(Message.of(Role.SYSTEM, "alone"))).kind())
        .isEqualTo(Kind.INVALID_REQUEST);
  }

  @Test
  void hidesTheKeyAndChecksTheBaseUrl() {
    assertThat(model.toString()).doesNotContain(KEY);
    assertThatThrownBy(() -> new GeminiLanguageModel(URI.create("ftp://x"), KEY, CLOCK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GEMINI_BASE_URL");
    assertThatThrownBy(() -> new GeminiLanguageModel(gemini.url(), " ", CLOCK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GEMINI_API_KEY");
  }

  private static String quotaAnswer(String quotaId) {
    return """
        {"error":{"code":429,"message":"You exceeded your current quota, please check your plan.",
          "status":"RESOURCE_EXHAUSTED","details":[
          {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{
            "quotaMetric":"generativelanguage.googleapis.com/generate_content_free_tier_requests",
            "quotaId":"%s",
            "quotaDimensions":{"location":"global","model":"gemini-2.5-flash"},
            "quotaValue":"250"}]},
          {"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"Learn more"}]},
          {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"24.5s"}]}}
        """
        .formatted(quotaId);
  }

  private ModelException failureOf(ModelRequest request) {
    return catchThrowableOfType(ModelException.class, () -> model.generate(request));
  }

  private static String messages(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      text.append(cause).append('\n');
    }
    return text.toString();
  }
}
