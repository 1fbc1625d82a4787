package io.botticelli.core.alert.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.alert.AlertSender;
import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.Channel;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts {@code {"key","event","rule","subject","severity","summary","details","started_at",
 * "ended_at","delivery_id"}} to an address. {@code Idempotency-Key} is the same when a message is
 * sent again; {@code X-Botticelli-Signature: sha256=HEX} is the HMAC of the body.
 */
public final class WebhookAlertSender implements AlertSender {
  private static final String HMAC = "HmacSHA256";

  private final ObjectMapper json = new ObjectMapper();
  private final JsonPost post;

  public WebhookAlertSender(JsonPost post) {
    this.post = post;
  }

  @Override
  public boolean serves(Channel channel) {
    return channel instanceof AlertSettings.Webhook;
  }

  @Override
  public void send(Channel channel, Delivery delivery) {
    AlertSettings.Webhook webhook = (AlertSettings.Webhook) channel;
    byte[] body = body(delivery).toString().getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Idempotency-Key", delivery.key() + "-" + event(delivery));
    webhook
        .secret()
        .ifPresent(
            secret ->
                headers.put("X-Botticelli-Signature", "sha256=" + sign(secret.reveal(), body)));
    post.send("webhook " + channel.name(), URI.create(webhook.url().reveal()), body, headers);
  }

  private ObjectNode body(Delivery delivery) {
    ObjectNode body = json.createObjectNode();
    body.put("key", delivery.key());
    body.put("event", event(delivery));
    body.put("rule", delivery.message().rule());
    body.put("subject", delivery.message().subject());
    body.put("severity", delivery.message().severity().name().toLowerCase(Locale.ROOT));
    body.put("summary", delivery.message().summary());
    body.set("details", json.valueToTree(delivery.message().details()));
    body.put("started_at", delivery.message().startedAt().toString());
    body.put("ended_at", delivery.message().endedAt().map(Object::toString).orElse(null));
    body.put("delivery_id", Long.toString(delivery.id()));
    return body;
  }

  private static String event(Delivery delivery) {
    return delivery.event().name().toLowerCase(Locale.ROOT);
  }

  private static String sign(String secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform knows " + HMAC, e);
    }
  }
}
