package io.botticelli.core.platform.noop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.platform.CommandArguments;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PostingPlatform;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * Accepts every known command and every message, and forgets them. Arguments are checked as a real
 * platform would; results are synthetic objects whose ids depend only on command and arguments, and
 * a message's id is {@code noop-} and its nonce, so that nobody mistakes one for a real message.
 */
public final class NoopPlatform implements PostingPlatform {
  private static final int MESSAGE_LIMIT = 2000;
  private static final long SMALLEST_ID = 900_000_000_000_000_000L;

  private final Clock clock;
  private final CommandCatalog catalog = new CommandCatalog();
  private final Set<String> commands;

  /**
   * @param clock tells the time stamped on receipts
   */
  public NoopPlatform(Clock clock) {
    this.clock = clock;
    this.commands =
        catalog.list().stream()
            .map(CommandCatalog.Command::name)
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String name() {
    return "noop";
  }

  @Override
  public String canonical(String command) {
    return catalog.canonical(command);
  }

  @Override
  public boolean isWrite(String command) {
    return catalog.isWrite(command);
  }

  @Override
  public int messageLimit() {
    return MESSAGE_LIMIT;
  }

  @Override
  public JsonNode execute(PlatformCommand command) {
    CommandCatalog.Command entry = catalog.check(command, commands);
    if (entry.array()) {
      return JsonNodeFactory.instance.arrayNode();
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(command.arguments())
        .forEach(
            (name, value) -> {
              if (value.isValueNode() && !name.equals("content")) {
                result.set(name, value);
              }
            });
    if (entry.name().endsWith("create") || entry.name().endsWith("create_post")) {
      addCreated(entry.name(), result, command);
    }
    if (entry.name().equals("channels.get_or_create")) {
      addChannel(result, command).put("existed", false);
    }
    if (entry.name().equals("messages.clear")) {
      result.put("cleared", 0);
    }
    result.put("noop", true);
    return result;
  }

  private static void addCreated(String name, ObjectNode result, PlatformCommand command) {
    switch (name) {
      case "channels.create" -> addChannel(result, command);
      case "threads.create", "forum.create_post" -> result.put("thread_id", syntheticId(command));
      case "events.create" -> result.put("event_id", syntheticId(command));
      default -> result.put("id", syntheticId(command));
    }
  }

  private static ObjectNode addChannel(ObjectNode result, PlatformCommand command) {
    CommandArguments arguments = new CommandArguments(command);
    return result
        .put("id", syntheticId(command))
        .put("name", arguments.channelKind().normaliseName(arguments.text("name")))
        .put("kind", arguments.channelKind().word())
        .put("position", arguments.findInteger("position").orElse(0));
  }

  /** Eighteen digits that look like an id, the same for the same command. */
  private static String syntheticId(PlatformCommand command) {
    CRC32 sum = new CRC32();
    sum.update(command.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
    sum.update(new TreeMap<>(command.arguments()).toString().getBytes(StandardCharsets.UTF_8));
    return Long.toString(SMALLEST_ID + sum.getValue());
  }

  @Override
  public PostReceipt post(Post post) {
    String content = post.content().strip();
    if (content.isEmpty()) {
      throw refused("is blank");
    }
    if (content.codePointCount(0, content.length()) > MESSAGE_LIMIT) {
      throw refused("is longer than " + MESSAGE_LIMIT + " characters");
    }
    return new PostReceipt("noop-" + post.nonce(), post.channelId(), content, clock.instant());
  }

  /** Returns empty: nothing is ever there, and sending again gives the same receipt. */
  @Override
  public Optional<PostReceipt> find(Post post, Instant since) {
    return Optional.empty();
  }

  private static PlatformException refused(String why) {
    return PlatformException.rejected(
        PlatformException.Kind.ARGUMENT_INVALID, "message content " + why + "; it was not sent");
  }
}
