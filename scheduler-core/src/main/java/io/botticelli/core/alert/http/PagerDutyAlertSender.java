package io.botticelli.core.alert.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.alert.AlertSender;
import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.alert.AlertStore.Event;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.Channel;
import java.util.Locale;
import java.util.Map;

/**
 * Triggers and resolves incidents through PagerDuty's events API, version 2. The alert's key is the
 * {@code dedup_key}, so that a repetition joins the incident it belongs to.
 */
public final class PagerDutyAlertSender implements AlertSender {
  /** PagerDuty's limit, in characters. */
  private static final int LONGEST_SUMMARY = 1024;

  private final ObjectMapper json = new ObjectMapper();
  private final JsonPost post;
  private final String source;

  /**
   * @param source what the incidents are about, for example the server's name
   */
  public PagerDutyAlertSender(JsonPost post, String source) {
    this.post = post;
    this.source = source;
  }

  @Override
  public boolean serves(Channel channel) {
    return channel instanceof AlertSettings.PagerDuty;
  }

  @Override
  public void send(Channel channel, Delivery delivery) {
    AlertSettings.PagerDuty service = (AlertSettings.PagerDuty) channel;
    ObjectNode body = json.createObjectNode();
    body.put("routing_key", service.routingKey().reveal());
    body.put("event_action", delivery.event() == Event.RESOLVED ? "resolve" : "trigger");
    body.put("dedup_key", source + "/" + delivery.key());
    ObjectNode payload = body.putObject("payload");
    String summary = delivery.message().summary();
    payload.put("summary", summary.substring(0, Math.min(summary.length(), LONGEST_SUMMARY)));
    payload.put("source", source);
    payload.put("severity", delivery.message().severity().name().toLowerCase(Locale.ROOT));
    payload.put("timestamp", delivery.message().startedAt().toString());
    payload.put("component", delivery.message().subject());
    payload.put("class", delivery.message().rule());
    payload.set("custom_details", json.valueToTree(delivery.message().details()));
    post.send(
        "PagerDuty service " + channel.name(),
        service.endpoint().resolve("/v2/enqueue"),
        body,
        Map.of());
  }
}
