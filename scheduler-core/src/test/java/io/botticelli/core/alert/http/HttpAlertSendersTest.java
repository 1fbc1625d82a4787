package io.botticelli.core.alert.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.alert.AlertDeliveryException;
import io.botticelli.core.alert.AlertStore.Event;
import io.botticelli.core.alert.Deliveries;
import io.botticelli.core.alert.ReceivingServer;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.SecretValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpAlertSendersTest {
  private final JsonPost post = new JsonPost();
  private ReceivingServer receiver;

  @BeforeEach
  void listen() {
    receiver = new ReceivingServer();
  }

  @AfterEach
  void stop() {
    receiver.close();
  }

  @Test
  void aWebhookGetsTheWholeAlertSigned() throws Exception {
    AlertSettings.Webhook webhook = webhook(receiver.address(), "key");

    new WebhookAlertSender(post).send(webhook, Deliveries.of(Event.RESOLVED, "poster failed"));

    ReceivingServer.Request request = receiver.requests().get(0);
    JsonNode body = json(request);
    assertThat(request.path()).isEqualTo("/hook?token=t0psecret");
    assertThat(request.header("Content-type")).isEqualTo("application/json");
    assertThat(request.header("Idempotency-key")).isEqualTo("alert-4-resolved");
    assertThat(request.header("X-botticelli-signature"))
        .isEqualTo("sha256=" + Hmac.of("key", request.body()));
    assertThat(body.path("event").asText()).isEqualTo("resolved");
    assertThat(body.path("severity").asText()).isEqualTo("critical");
    assertThat(body.path("started_at").asText()).isEqualTo("2026-01-05T09:00:00Z");
    assertThat(body.path("ended_at").asText()).isEqualTo("2026-01-05T09:01:00Z");
    assertThat(body.path("details").path("consecutive_failures").asText()).isEqualTo("3");
  }

  @Test
  void theBotWritesIntoAChannelAndMentionsNobody() throws Exception {
    AlertSettings.Discord channel =
        new AlertSettings.Discord("chat", Optional.of("123456789"), Optional.empty());
    DiscordAlertSender sender =
        new DiscordAlertSender(post, receiver.address(), Optional.of(new SecretValue("b0t")));

    sender.send(channel, Deliveries.of(Event.FIRING, "@everyone **look** " + "x".repeat(3000)));

    ReceivingServer.Request request = receiver.requests().get(0);
    JsonNode body = json(request);
    assertThat(request.path()).isEqualTo("/api/v10/channels/123456789/messages");
    assertThat(request.header("Authorization")).isEqualTo("Bot b0t");
    assertThat(body.path("allowed_mentions").toString()).isEqualTo("{\"parse\":[]}");
    assertThat(body.path("nonce").asText()).isEqualTo("a17");
    assertThat(body.path("enforce_nonce").asBoolean()).isTrue();
    assertThat(body.path("content").asText())
        .startsWith("🔴 **CRITICAL** \\@everyone \\*\\*look\\*\\* xxx")
        .hasSizeLessThanOrEqualTo(2000);
  }

  @Test
  void anIncomingWebhookOfDiscordNeedsNoBot() throws Exception {
    AlertSettings.Discord channel =
        new AlertSettings.Discord(
            "chat",
            Optional.empty(),
            Optional.of(new SecretValue(receiver.address() + "/api/webhooks/1/x")));
    DiscordAlertSender sender = new DiscordAlertSender(post, receiver.address(), Optional.empty());

    sender.send(channel, Deliveries.of(Event.TEST, "hello"));

    assertThat(receiver.requests().get(0).path()).isEqualTo("/api/webhooks/1/x");
    assertThat(json(receiver.requests().get(0)).path("content").asText()).contains("TEST");
  }

  @Test
  void pagerDutyTriggersAndResolvesTheSameIncident() throws Exception {
    AlertSettings.PagerDuty service =
        new AlertSettings.PagerDuty("duty", new SecretValue("R0UT1NG"), receiver.address());
    PagerDutyAlertSender sender = new PagerDutyAlertSender(post, "pipeline");

    sender.send(service, Deliveries.of(Event.FIRING, "poster failed"));
    sender.send(service, Deliveries.of(Event.RESOLVED, "poster failed"));

    JsonNode trigger = json(receiver.requests().get(0));
    JsonNode resolve = json(receiver.requests().get(1));
    assertThat(receiver.requests().get(0).path()).isEqualTo("/v2/enqueue");
    assertThat(trigger.path("routing_key").asText()).isEqualTo("R0UT1NG");
    assertThat(trigger.path("event_action").asText()).isEqualTo("trigger");
    assertThat(trigger.path("payload").path("severity").asText()).isEqualTo("critical");
    assertThat(trigger.path("payload").path("source").asText()).isEqualTo("pipeline");
    assertThat(resolve.path("event_action").asText()).isEqualTo("resolve");
    assertThat(resolve.path("dedup_key")).isEqualTo(trigger.path("dedup_key"));
  }

  @Test
  void aRefusalSaysWhatToDoAndNoSecret() {
    receiver.answer(429, Map.of("Retry-After", "2.5")).answer(302, Map.of("Location", "/x"));
    WebhookAlertSender sender = new WebhookAlertSender(post);
    AlertSettings.Webhook webhook = webhook(receiver.address(), "key");

    AlertDeliveryException busy = failure(sender, webhook);
    AlertDeliveryException moved = failure(sender, webhook);

    assertThat(busy.retryAfter()).contains(Duration.ofMillis(2500));
    assertThat(busy).hasMessage("webhook ops answered HTTP 429");
    assertThat(moved).hasMessageContaining("redirects are not followed");
    assertThat(receiver.requests()).hasSize(2);
    assertThat(busy.getMessage() + moved.getMessage()).doesNotContain("t0psecret");
  }

  @Test
  void silenceEndsAtTheDeadline() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      WebhookAlertSender sender = new WebhookAlertSender(new JsonPost(Duration.ofMillis(300)));

      AlertDeliveryException late = failure(sender, webhook(address, "key"));

      assertThat(late).hasMessageContaining("did not answer");
    }
  }

  @Test
  void nobodyListeningIsToldWithoutTheAddress() {
    receiver.close();

    AlertDeliveryException refused =
        failure(new WebhookAlertSender(post), webhook(receiver.address(), "key"));

    assertThat(refused).hasMessageContaining("cannot be reached");
    assertThat(refused.getMessage()).doesNotContain("t0psecret");
  }

  private static AlertDeliveryException failure(
      WebhookAlertSender sender, AlertSettings.Webhook webhook) {
    return catchThrowableOfType(
        AlertDeliveryException.class,
        () -> sender.send(webhook, Deliveries.of(Event.FIRING, "poster failed")));
  }

  private static AlertSettings.Webhook webhook(URI address, String secret) {
    return new AlertSettings.Webhook(
        "ops",
        new SecretValue(address + "/hook?token=t0psecret"),
        Optional.of(new SecretValue(secret)));
  }

  private static JsonNode json(ReceivingServer.Request request) throws IOException {
    return new ObjectMapper().readTree(request.body());
  }
}
