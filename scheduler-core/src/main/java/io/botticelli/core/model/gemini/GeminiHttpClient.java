package io.botticelli.core.model.gemini;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends LangChain4j's requests with the JDK's client and keeps what LangChain4j's own client drops:
 * the Retry-After header and the wait in the error body. Thread-safe.
 *
 * <p>The deadline covers the whole exchange. The time-out of a {@link java.net.http.HttpRequest}
 * ends when the response headers arrive, so an answer that trickles would never end.
 */
final class GeminiHttpClient implements HttpClient {
  /** Far above the longest answer a model can give; protects the heap from a broken endpoint. */
  private static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;

  private final java.net.http.HttpClient client;
  private final Duration timeout;
  private final GeminiFailures failures;
  private final GeminiAnswers answers;

  private GeminiHttpClient(
      java.net.http.HttpClient client, Duration timeout, GeminiFailures failures) {
    this.client = client;
    this.timeout = timeout;
    this.failures = failures;
    this.answers = new GeminiAnswers(failures);
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(jdkRequest(request), info -> new BoundedBody(MAX_ANSWER_BYTES));
    try {
      HttpResponse<byte[]> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      String body = new String(response.body(), StandardCharsets.UTF_8);
      if (response.statusCode() / 100 != 2) {
        throw failures.status(
            response.statusCode(), response.headers().firstValue("Retry-After"), body);
      }
      return SuccessfulHttpResponse.builder()
          .statusCode(response.statusCode())
          .headers(response.headers().map())
          .body(answers.normalise(body))
          .build();
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw failures.timeout(timeout);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw failures.interrupted();
    } catch (ExecutionException e) {
      throw failures.connection(e.getCause(), timeout);
    }
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    throw new UnsupportedOperationException("answers are not streamed");
  }

  private java.net.http.HttpRequest jdkRequest(HttpRequest request) {
    java.net.http.HttpRequest.Builder builder =
        java.net.http.HttpRequest.newBuilder(URI.create(request.url())).timeout(timeout);
    request
        .headers()
        .forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    String body = request.body();
    return builder
        .method(
            request.method().name(),
            body == null
                ? java.net.http.HttpRequest.BodyPublishers.noBody()
                : java.net.http.HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** Builds clients over one shared connection pool; LangChain4j asks for one per model object. */
  record Builder(java.net.http.HttpClient client, Duration timeout, GeminiFailures failures)
      implements HttpClientBuilder {
    @Override
    public Duration connectTimeout() {
      return timeout;
    }

    @Override
    public HttpClientBuilder connectTimeout(Duration ignored) {
      // The deadline of the whole exchange holds for connecting too.
      return this;
    }

    @Override
    public Duration readTimeout() {
      return timeout;
    }

    @Override
    public HttpClientBuilder readTimeout(Duration readTimeout) {
      return new Builder(client, readTimeout, failures);
    }

    @Override
    public HttpClient build() {
      return new GeminiHttpClient(client, timeout, failures);
    }
  }

  /** Collects a body and gives up when it grows too large. */
  private static final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
    private final HttpResponse.BodySubscriber<byte[]> collected =
        HttpResponse.BodySubscribers.ofByteArray();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final int limit;
    private long received;
    private Flow.Subscription subscription = NO_SUBSCRIPTION;

    private static final Flow.Subscription NO_SUBSCRIPTION =
        new Flow.Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {}
        };

    BoundedBody(int limit) {
      this.limit = limit;
      collected
          .getBody()
          .whenComplete(
              (bytes, failure) -> {
                if (failure == null) {
                  body.complete(bytes);
                } else {
                  body.completeExceptionally(failure);
                }
              });
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      collected.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        received += buffer.remaining();
      }
      if (received > limit) {
        subscription.cancel();
        body.completeExceptionally(new IOException("answer is larger than " + limit + " bytes"));
        return;
      }
      collected.onNext(buffers);
    }

    @Override
    public void onError(Throwable failure) {
      collected.onError(failure);
    }

    @Override
    public void onComplete() {
      collected.onComplete();
    }
  }
}
