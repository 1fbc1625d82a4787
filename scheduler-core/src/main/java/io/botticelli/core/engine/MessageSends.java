package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.platform.Platform;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.posting.OutboundPosts;
import io.botticelli.core.posting.OutboundPosts.OutboundMessage;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import io.botticelli.core.table.ContentTables.ReadMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out {@code messages.send}: once per source row, else once per fire and place. */
final class MessageSends {
  private final OutboundPosts posts;
  private final NarrativeAnalysis analysis;
  private final ObjectMapper mapper = new ObjectMapper();

  MessageSends(OutboundPosts posts, NarrativeAnalysis analysis) {
    this.posts = posts;
    this.analysis = analysis;
  }

  /**
   * Where in a narrative a message is sent.
   *
   * @param act position in the table of contents
   * @param occurrence which send of this act it is, 1 = first; counted even when the send fails, so
   *     that every attempt counts alike
   */
  record Place(int act, int input, String actName, int occurrence) {}

  /**
   * Sends a message.
   *
   * @return id, channel_id, content, timestamp, tts of the first part; split_messages and
   *     message_ids when there are several
   * @throws PlatformException if an argument is wrong or the message was not (or may not have been)
   *     sent
   */
  JsonNode send(Pass pass, Platform platform, OutboundMessage message) {
    if (!(platform instanceof PostingPlatform posting)) {
      throw PlatformException.rejected(
          Kind.COMMAND_NOT_IMPLEMENTED, "platform " + platform.name() + " cannot publish messages");
    }
    List<PostReceipt> receipts = posts.send(pass.session().fence(), posting, message);
    pass.session().countPost();
    return result(receipts, message.tts());
  }

  /**
   * Returns the message that arguments ask for.
   *
   * @throws PlatformException if an argument is missing
   */
  OutboundMessage message(Pass pass, Place place, Map<String, JsonNode> arguments) {
    String channel = required(arguments, "channel_id");
    String content = required(arguments, "content");
    boolean tts = flag(arguments.get("tts"));
    Optional<SourceRow> source = sourceRow(pass, place);
    String key = key(pass, place, channel, source);
    return new OutboundMessage(
        key, pass.session().request().actor(), channel, content, tts, source);
  }

  private static String key(Pass pass, Place place, String channel, Optional<SourceRow> source) {
    String key =
        source
            .map(
                row ->
                    "row:"
                        + row.table()
                        + ":"
                        + row.id()
                        + ":"
                        + place.actName()
                        + ":"
                        + channel
                        // A second message of the same act about the same row is another message.
                        + (place.occurrence() > 1 ? ":" + place.occurrence() : ""))
            .orElseGet(
                () ->
                    "fire:"
                        + pass.session().fence().executionId()
                        + ":"
                        + pass.path()
                        + ":"
                        + place.actName()
                        + ":"
                        + place.occurrence());
    return Keys.bounded(key);
  }

  /**
   * Returns the row this message publishes: the only row this pass has claimed, when a later
   * command updates its table.
   */
  private Optional<SourceRow> sourceRow(Pass pass, Place place) {
    List<Pass.TableUse> claimed =
        pass.reads().stream().filter(read -> read.mode() == ReadMode.CLAIM).toList();
    List<SourceRow> rows =
        claimed.stream()
            .flatMap(read -> read.keys().stream().map(key -> new SourceRow(read.table(), key)))
            .distinct()
            .toList();
    boolean keyed = claimed.stream().allMatch(read -> read.keys().size() == read.rowCount());
    return keyed
            && rows.size() == 1
            && analysis.isUpdatedAfter(
                pass.narrative(), place.act(), place.input(), rows.get(0).table())
        ? Optional.of(rows.get(0))
        : Optional.empty();
  }

  private JsonNode result(List<PostReceipt> receipts, boolean tts) {
    PostReceipt first = receipts.get(0);
    ObjectNode result = mapper.createObjectNode();
    result.put("id", first.messageId());
    result.put("channel_id", first.channelId());
    result.put("content", first.content());
    result.put("timestamp", first.timestamp().toString());
    result.put("tts", tts);
    if (receipts.size() > 1) {
      result.put("split_messages", receipts.size());
      ArrayNode ids = result.putArray("message_ids");
      receipts.forEach(receipt -> ids.add(receipt.messageId()));
    }
    return result;
  }

  private static String required(Map<String, JsonNode> arguments, String name) {
    JsonNode value = arguments.get(name);
    String text = value == null || value.isNull() ? "" : JsonPaths.text(value);
    if (text.isBlank()) {
      throw PlatformException.rejected(
          Kind.ARGUMENT_MISSING, "messages.send needs a non-empty " + name);
    }
    return text;
  }

  private static boolean flag(@Nullable JsonNode value) {
    return value != null && "true".equalsIgnoreCase(value.asText().strip());
  }
}
