package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.actor.PlatformBinding;
import io.botticelli.core.toml.TomlSection;
import java.util.List;
import java.util.Optional;

/** Reads where an actor posts. */
final class PlatformReader {
  private static final List<String> PLATFORMS = List.of("discord", "preview", "noop");

  /** Keys of {@code [platform]}. */
  static final List<String> KEYS = List.of("type", "channel_id", "guild_id");

  private PlatformReader() {}

  /**
   * Reads the platform of an actor; without one it is Discord's when there is a channel.
   *
   * @param entryFirst layers in the order in which they decide about the channel
   * @param fileFirst layers in the order in which they decide about the type
   */
  static PlatformBinding read(List<TomlSection> entryFirst, List<TomlSection> fileFirst) {
    Optional<String> channel = Optional.empty();
    for (TomlSection layer : entryFirst) {
      channel =
          channel
              .or(() -> channelId(layer))
              .or(() -> platformTable(layer).flatMap(PlatformReader::channelId));
    }
    Optional<String> type = Optional.empty();
    for (TomlSection layer : fileFirst) {
      if (type.isEmpty()) {
        type = platformType(layer);
      }
    }
    return new PlatformBinding(type.orElse(channel.isPresent() ? "discord" : "noop"), channel);
  }

  private static Optional<TomlSection> platformTable(TomlSection layer) {
    return layer.value("platform").filter(JsonNode::isObject).flatMap(v -> layer.table("platform"));
  }

  private static Optional<String> platformType(TomlSection layer) {
    Optional<TomlSection> table = platformTable(layer);
    table.ifPresent(section -> section.warnUnknown(KEYS));
    return table.isPresent()
        ? PolicyReader.oneOf(table.get(), "type", PLATFORMS)
        : PolicyReader.oneOf(layer, "platform", PLATFORMS);
  }

  private static Optional<String> channelId(TomlSection layer) {
    Optional<JsonNode> number = layer.value("channel_id").filter(JsonNode::isIntegralNumber);
    return (number.isPresent() ? number.map(JsonNode::asText) : layer.string("channel_id"))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }
}
