package io.botticelli.core.model.gemini;

import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Google's Gemini over its REST interface. One HTTP request per call, no retries, safe for use by
 * several threads.
 */
public final class GeminiLanguageModel implements LanguageModel {
  /** Where the real interface lives. */
  public static final URI DEFAULT_BASE_URL =
      URI.create("https://generativelanguage.googleapis.com");

  private static final String API_PATH = "/v1beta";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** The name becomes part of a URL path, so nothing else may pass. */
  private static final Pattern MODEL_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private final URI apiUrl;
  private final String apiKey;
  private final Clock clock;
  private final HttpClient http;

  /**
   * @param baseUrl scheme, host and port; a path in front of {@code /v1beta} is kept
   * @param apiKey sent as a header, never part of a URL, a message or {@link #toString()}
   * @param clock reads Retry-After dates
   * @throws IllegalArgumentException if the key is blank or the URL is not http or https
   */
  public GeminiLanguageModel(URI baseUrl, String apiKey, Clock clock) {
    if (apiKey.isBlank()) {
      throw new IllegalArgumentException("GEMINI_API_KEY is blank; leave the provider out instead");
    }
    if (!"http".equals(baseUrl.getScheme()) && !"https".equals(baseUrl.getScheme())) {
      throw new IllegalArgumentException(
          "GEMINI_BASE_URL must start with http:// or https://, for example " + DEFAULT_BASE_URL);
    }
    String base = baseUrl.toString().replaceAll("/+$", "");
    this.apiUrl = URI.create(base.endsWith(API_PATH) ? base : base + API_PATH);
    this.apiKey = apiKey.strip();
    this.clock = clock;
    // HTTP/1.1: on plain http the client would otherwise ask for an upgrade some servers refuse.
    // No redirects: the key would travel to wherever they point.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  @Override
  public String provider() {
    return "gemini";
  }

  @Override
  public ModelResponse generate(ModelRequest request) {
    GeminiFailures failures = new GeminiFailures(shown(request.model()), clock);
    if (!MODEL_NAME.matcher(request.model()).matches()) {
      throw failures.invalid("the name may hold letters, digits, '.', '_' and '-' only");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw failures.interrupted();
    }
    ChatRequest.Builder chat =
        ChatRequest.builder()
            .messages(new GeminiMessages(failures).convert(request.messages()))
            .modelName(request.model());
    request.temperature().ifPresent(chat::temperature);
    request.maxTokens().ifPresent(chat::maxOutputTokens);
    try {
      return response(request, model(request, failures).chat(chat.build()));
    } catch (RuntimeException e) {
      throw translate(e, failures);
    }
  }

  @Override
  public String toString() {
    return "GeminiLanguageModel[" + apiUrl + "]";
  }

  /**
   * One object per call, because the library fixes the time-out per object; it holds no threads.
   */
  private GoogleAiGeminiChatModel model(ModelRequest request, GeminiFailures failures) {
    return GoogleAiGeminiChatModel.builder()
        .httpClientBuilder(new GeminiHttpClient.Builder(http, request.timeout(), failures))
        .baseUrl(apiUrl.toString())
        .apiKey(apiKey)
        .modelName(request.model())
        .timeout(request.timeout())
        .maxRetries(0)
        .logRequestsAndResponses(false)
        .build();
  }

  private static ModelResponse response(ModelRequest request, ChatResponse answer) {
    String text = answer.aiMessage().text();
    String model = answer.modelName();
    TokenUsage usage = answer.tokenUsage();
    return new ModelResponse(
        text == null ? "" : text,
        model == null || model.isBlank() ? request.model() : model,
        usage == null ? -1 : count(usage.inputTokenCount()),
        usage == null ? -1 : count(usage.outputTokenCount()),
        finishReason(answer.finishReason()));
  }

  private static long count(@Nullable Integer tokens) {
    return tokens == null ? -1 : tokens;
  }

  private static String finishReason(@Nullable FinishReason reason) {
    if (reason == null) {
      return "other";
    }
    return switch (reason) {
      case STOP -> "stop";
      case LENGTH -> "length";
      case CONTENT_FILTER -> "safety";
      case TOOL_EXECUTION, OTHER -> "other";
    };
  }

  private static ModelException translate(RuntimeException failure, GeminiFailures failures) {
    Throwable cause = failure;
    // The library wraps what the HTTP client throws; chains are short, the bound is for safety.
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (cause instanceof ModelException known) {
        return known;
      }
      cause = cause.getCause();
    }
    return Thread.currentThread().isInterrupted()
        ? failures.interrupted()
        : failures.unexpected(failure);
  }

  private static String shown(String model) {
    String plain = model.replaceAll("[^A-Za-z0-9._-]", "?");
    return plain.length() > 100 ? plain.substring(0, 100) + ".." : plain;
  }
}
