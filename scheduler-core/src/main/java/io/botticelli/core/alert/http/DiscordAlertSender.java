package io.botticelli.core.alert.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.alert.AlertDeliveryException;
import io.botticelli.core.alert.AlertSender;
import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.alert.AlertStore.Event;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.Channel;
import io.botticelli.core.config.SecretValue;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one message into a Discord channel, as the bot or through an incoming webhook. It mentions
 * nobody, whatever its text holds; the bot's message carries a nonce, so that Discord drops a
 * repetition within some minutes.
 */
public final class DiscordAlertSender implements AlertSender {
  /** Discord's limit, in characters. */
  private static final int LONGEST = 2000;

  private final ObjectMapper json = new ObjectMapper();
  private final JsonPost post;
  private final URI api;
  private final Optional<SecretValue> token;

  /**
   * @param api scheme, host and port of Discord's API
   * @param token of the bot, or empty: then only incoming webhooks work
   */
  public DiscordAlertSender(JsonPost post, URI api, Optional<SecretValue> token) {
    this.post = post;
    this.api = api;
    this.token = token;
  }

  @Override
  public boolean serves(Channel channel) {
    return channel instanceof AlertSettings.Discord;
  }

  @Override
  public void send(Channel channel, Delivery delivery) {
    AlertSettings.Discord discord = (AlertSettings.Discord) channel;
    ObjectNode body = json.createObjectNode();
    body.put("content", text(delivery));
    body.putObject("allowed_mentions").putArray("parse");
    String receiver = "Discord channel " + channel.name();
    if (discord.webhookUrl().isPresent()) {
      post.send(receiver, URI.create(discord.webhookUrl().get().reveal()), body, Map.of());
      return;
    }
    if (token.isEmpty()) {
      throw new AlertDeliveryException(
          receiver + " needs the bot; set DISCORD_TOKEN, or url = an incoming webhook", null, null);
    }
    body.put("nonce", "a" + delivery.id());
    body.put("enforce_nonce", true);
    post.send(
        receiver,
        api.resolve("/api/v10/channels/" + discord.channelId().orElseThrow() + "/messages"),
        body,
        Map.of("Authorization", "Bot " + token.get().reveal()));
  }

  private static String text(Delivery delivery) {
    String mark =
        switch (delivery.event()) {
          case FIRING -> "🔴 **" + delivery.message().severity() + "**";
          case RESOLVED -> "✅ **RESOLVED**";
          case TEST -> "ℹ️ **TEST**";
        };
    String since =
        delivery.event() == Event.TEST
            ? ""
            : "\nsince <t:" + delivery.message().startedAt().getEpochSecond() + ":f>";
    String text = mark + " " + escaped(delivery.message().summary()) + since;
    int end = Math.min(text.length(), LONGEST);
    boolean cutsPair = end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, cutsPair ? end - 1 : end);
  }

  /** Names come from files; their markdown is shown, not applied. */
  private static String escaped(String text) {
    return text.replaceAll("([\\\\*_~`|<>\\[\\]#@])", "\\\\$1");
  }
}
