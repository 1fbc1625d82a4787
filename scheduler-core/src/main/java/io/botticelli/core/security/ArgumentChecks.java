package io.botticelli.core.security;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.platform.ChannelKind;
import io.botticelli.core.platform.CommandArguments;
import io.botticelli.core.platform.PlatformCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks the arguments of a writing command before a platform sees them. Stateless. */
final class ArgumentChecks {
  private static final Set<String> IDS =
      Set.of(
          "guild_id",
          "channel_id",
          "thread_id",
          "category_id",
          "message_id",
          "message_ids",
          "user_id",
          "role_id",
          "roles",
          "event_id");

  /** The preview and noop platforms know channels by name, too. */
  private static final Set<String> NAMED = Set.of("preview", "noop");

  private static final String NAME_OR_ID = "#?[\\p{L}\\p{N}_-]{1,100}";
  private static final int MESSAGE = 2000;

  /** Longer texts are refused by posting, too: nobody wants more parts than 20. */
  private static final int LONGEST_TEXT = 20 * MESSAGE;

  private static final int LONGEST_NAME = 100;

  private ArgumentChecks() {}

  /** Returns what is wrong with the arguments, naming the argument; empty when nothing is. */
  static Optional<String> refusal(CommandCall call) {
    for (Map.Entry<String, JsonNode> argument : call.arguments().entrySet()) {
      if (IDS.contains(argument.getKey())) {
        for (String id : texts(argument.getValue())) {
          if (!isId(call, id)) {
            return Optional.of(argument.getKey() + " is no id of 17 to 19 digits");
          }
        }
      }
    }
    return content(call).or(() -> name(call));
  }

  private static boolean isId(CommandCall call, String id) {
    return id.isEmpty()
        || CommandArguments.isSnowflake(id)
        || id.equals("@me")
        || NAMED.contains(call.platform()) && id.matches(NAME_OR_ID);
  }

  private static Optional<String> content(CommandCall call) {
    JsonNode content = call.arguments().get("content");
    if (content == null) {
      return Optional.empty();
    }
    if (!content.isValueNode()) {
      return Optional.of("content is not a single text");
    }
    String text = content.asText();
    int limit = call.command().equals("messages.send") ? LONGEST_TEXT : MESSAGE;
    int length = text.codePointCount(0, text.length());
    return text.isBlank() || length > limit
        ? Optional.of("content has " + length + " characters, expected 1 to " + limit)
        : Optional.empty();
  }

  private static Optional<String> name(CommandCall call) {
    String group = call.command().substring(0, call.command().indexOf('.') + 1);
    Optional<String> name = text(call, "name");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    int length = name.get().codePointCount(0, name.get().length());
    if (length > LONGEST_NAME) {
      return Optional.of("name has " + length + " characters, expected 1 to " + LONGEST_NAME);
    }
    return group.equals("channels.")
            && isTextLike(call)
            && !channelName(call).orElse("").matches("[a-z0-9_-]{1,100}")
        ? Optional.of("name is no channel name of 1 to 100 characters from a-z, 0-9, _ and -")
        : Optional.empty();
  }

  /** Returns the name of a channel as the platform will store it. */
  static Optional<String> channelName(CommandCall call) {
    ChannelKind kind = kind(call).orElse(ChannelKind.TEXT);
    // Only case and blanks: what the platform would drop must not make a name acceptable.
    return text(call, "name")
        .map(
            name ->
                isTextLike(call)
                    ? name.strip().toLowerCase(java.util.Locale.ROOT).replaceAll("\\s+", "-")
                    : kind.normaliseName(name));
  }

  private static boolean isTextLike(CommandCall call) {
    return kind(call)
        .map(
            kind ->
                kind != ChannelKind.VOICE
                    && kind != ChannelKind.CATEGORY
                    && kind != ChannelKind.STAGE)
        .orElse(true);
  }

  private static Optional<ChannelKind> kind(CommandCall call) {
    try {
      return Optional.of(
          new CommandArguments(new PlatformCommand(call.command(), call.arguments()))
              .channelKind());
    } catch (io.botticelli.core.platform.PlatformException unknown) {
      return Optional.empty();
    }
  }

  /** Returns a plain argument as text, blanks around it removed; empty when there is none. */
  static Optional<String> text(CommandCall call, String name) {
    return Optional.ofNullable(call.arguments().get(name)).map(ArgumentChecks::texts).stream()
        .flatMap(List::stream)
        .filter(text -> !text.isEmpty())
        .findFirst();
  }

  /** Returns every plain value in an argument, however deep. */
  static List<String> texts(JsonNode value) {
    List<String> texts = new ArrayList<>();
    if (value.isNull()) {
      return texts;
    }
    if (value.isValueNode()) {
      texts.add(
          value.isNumber()
              ? value.decimalValue().stripTrailingZeros().toPlainString()
              : value.asText().strip());
    } else {
      value.forEach(element -> texts.addAll(texts(element)));
    }
    return texts;
  }
}
