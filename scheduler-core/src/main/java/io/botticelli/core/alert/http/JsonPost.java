package io.botticelli.core.alert.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.alert.AlertDeliveryException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON and waits for the status. The deadline covers the whole exchange, also an answer that
 * trickles. Thread-safe.
 */
public final class JsonPost {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final int MOST_ASKED_SECONDS = 3600;
  private static final int OK = 200;
  private static final int REDIRECT = 300;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(DEADLINE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Duration deadline;

  public JsonPost() {
    this(DEADLINE);
  }

  JsonPost(Duration deadline) {
    this.deadline = deadline;
  }

  /**
   * Posts a document.
   *
   * @param receiver who it is, for messages; without secrets
   * @param headers further headers
   * @throws AlertDeliveryException unless the answer's status is 2xx
   */
  void send(String receiver, URI address, JsonNode body, Map<String, String> headers) {
    send(receiver, address, body.toString().getBytes(StandardCharsets.UTF_8), headers);
  }

  void send(String receiver, URI address, byte[] body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(deadline)
            .header("Content-Type", "application/json")
            .header("User-Agent", "botticelli-scheduler")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    CompletableFuture<HttpResponse<Void>> exchange =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
    try {
      HttpResponse<Void> answer = exchange.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() < OK || answer.statusCode() >= REDIRECT) {
        throw new AlertDeliveryException(
            receiver + " answered HTTP " + answer.statusCode() + advice(answer.statusCode()),
            retryAfter(answer),
            null);
      }
    } catch (TimeoutException late) {
      throw new AlertDeliveryException(
          receiver + " did not answer within " + deadline.toSeconds() + " s", null, late);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new AlertDeliveryException("interrupted while talking to " + receiver, null, stop);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof HttpTimeoutException) {
        throw new AlertDeliveryException(
            receiver + " did not answer within " + deadline.toSeconds() + " s", null, failure);
      }
      throw new AlertDeliveryException(
          receiver + " cannot be reached: " + reason(failure.getCause()), null, failure);
    } finally {
      exchange.cancel(true);
    }
  }

  private static String advice(int status) {
    return switch (status) {
      case 401, 403 -> "; check its key or token";
      case 404, 410 -> "; check its address";
      case 301, 302, 303, 307, 308 -> "; redirects are not followed, write the final address";
      default -> "";
    };
  }

  /** The text of an I/O failure may hold the address and with it a secret. */
  private static String reason(@Nullable Throwable failure) {
    if (failure instanceof ConnectException) {
      return "connection refused or no such host";
    }
    return failure instanceof IOException ? failure.getClass().getSimpleName() : "no connection";
  }

  private static @Nullable Duration retryAfter(HttpResponse<Void> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?"))
        .map(Double::parseDouble)
        .map(seconds -> Math.min(seconds, MOST_ASKED_SECONDS))
        .map(seconds -> Duration.ofMillis((long) Math.ceil(seconds * 1000)))
        .orElse(null);
  }
}
