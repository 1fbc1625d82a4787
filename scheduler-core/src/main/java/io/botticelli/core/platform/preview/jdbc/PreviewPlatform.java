package io.botticelli.core.platform.preview.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.platform.ChannelKind;
import io.botticelli.core.platform.CommandArguments;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.platform.preview.jdbc.PreviewGuild.ChannelRow;
import io.botticelli.core.platform.preview.jdbc.PreviewGuild.MessageRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A guild inside the database that behaves as Discord would: messages are trimmed and hold 1..2000
 * code points, a repeated nonce returns the first message, ids are strings of digits.
 *
 * <p>Unlike Discord it is forgiving about channels: {@code channel_id} may be a bare name such as
 * {@code general}, and a channel that does not exist yet is created when something is posted to,
 * listed in or cleared from it, so that narratives written for a real guild can be watched without
 * preparing anything. Creating a channel that exists already returns it.
 */
public final class PreviewPlatform implements PostingPlatform {
  private static final int MESSAGE_LIMIT = 2000;
  private static final int NAME_LIMIT = 100;
  private static final int TOPIC_LIMIT = 1024;
  private static final Set<String> IMPLEMENTED =
      Set.of(
          "server.get_stats",
          "channels.list",
          "channels.get",
          "channels.create",
          "channels.get_or_create",
          "channels.edit",
          "channels.delete",
          "messages.get",
          "messages.list",
          "messages.edit",
          "messages.delete",
          "messages.clear",
          "messages.pin",
          "messages.unpin",
          "roles.list");

  private final Transactions transactions;
  private final CommandCatalog catalog = new CommandCatalog();

  /**
   * @param transactions over the application pool
   */
  public PreviewPlatform(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public String name() {
    return "preview";
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
  public PostReceipt post(Post post) {
    String content = checkedContent(post.content());
    return transactions.write(
        "post to the preview guild",
        connection -> {
          PreviewGuild guild = new PreviewGuild(connection);
          ChannelRow channel = channelOrNew(guild, post.channelId());
          return receipt(guild.insertMessage(channel.id(), content, post.nonce(), post.tts()));
        });
  }

  @Override
  public Optional<PostReceipt> find(Post post, Instant since) {
    return findAll(post, since).stream().findFirst();
  }

  @Override
  public List<PostReceipt> findAll(Post post, Instant since) {
    String content = checkedContent(post.content());
    return transactions.read(
        "look a preview message up",
        connection -> {
          PreviewGuild guild = new PreviewGuild(connection);
          Optional<ChannelRow> channel = guild.findChannel(post.channelId());
          if (channel.isEmpty()) {
            return List.of();
          }
          return guild.findMessages(channel.get().id(), content, post.nonce(), since).stream()
              .map(PreviewPlatform::receipt)
              .toList();
        });
  }

  @Override
  public JsonNode execute(PlatformCommand command) {
    String name = catalog.canonical(command.name());
    if (name.equals("messages.send")) {
      throw PlatformException.rejected(
          PlatformException.Kind.COMMAND_NOT_IMPLEMENTED,
          "command \"messages.send\" is carried out through the outbound table, never directly");
    }
    CommandCatalog.Command entry = catalog.check(command, IMPLEMENTED);
    CommandArguments arguments = new CommandArguments(command);
    Transactions.Work<JsonNode> work = connection -> answer(entry.name(), arguments, connection);
    return entry.write() || name.equals("messages.list")
        ? transactions.write("preview command " + entry.name(), work)
        : transactions.read("preview command " + entry.name(), work);
  }

  private JsonNode answer(String name, CommandArguments arguments, Connection connection)
      throws SQLException {
    PreviewGuild guild = new PreviewGuild(connection);
    return switch (name) {
      case "server.get_stats" -> stats(arguments);
      case "roles.list" -> roles(arguments);
      case "channels.list" -> listChannels(guild, arguments);
      case "channels.get" -> channel(channelInGuild(guild, arguments));
      case "channels.create" -> createChannel(guild, arguments);
      case "channels.get_or_create" -> getOrCreateChannel(guild, arguments);
      case "channels.edit" -> editChannel(guild, arguments);
      case "channels.delete" -> deleteChannel(guild, arguments);
      case "messages.get" -> message(ownMessage(guild, arguments));
      case "messages.list" -> listMessages(guild, arguments);
      case "messages.edit" -> editMessage(guild, arguments);
      case "messages.delete" -> deleteMessage(guild, arguments);
      case "messages.clear" -> clearMessages(guild, arguments);
      case "messages.pin" -> pin(guild, arguments, true);
      case "messages.unpin" -> pin(guild, arguments, false);
      default -> throw new IllegalStateException("command " + name + " has no implementation");
    };
  }

  private static JsonNode stats(CommandArguments arguments) {
    return object()
        .put("guild_id", arguments.text("guild_id"))
        .put("name", "Preview")
        .put("member_count", 1)
        .put("description", "A guild inside the database")
        .putNull("icon_url")
        .putNull("banner_url")
        .put("owner_id", "1")
        .put("verification_level", "none")
        .put("premium_tier", 0)
        .put("premium_subscription_count", 0);
  }

  private static JsonNode roles(CommandArguments arguments) {
    ArrayNode roles = JsonNodeFactory.instance.arrayNode();
    roles
        .addObject()
        .put("id", arguments.text("guild_id"))
        .put("name", "@everyone")
        .put("color", 0)
        .put("hoist", false)
        .put("position", 0)
        .put("permissions", "0")
        .put("managed", false)
        .put("mentionable", false);
    return roles;
  }

  private static JsonNode listChannels(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    ArrayNode channels = JsonNodeFactory.instance.arrayNode();
    for (ChannelRow row : guild.listChannels(arguments.text("guild_id"))) {
      channels.add(channel(row));
    }
    return channels;
  }

  private static JsonNode createChannel(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    return created(guild.insertChannel(newChannel(arguments)));
  }

  private static JsonNode getOrCreateChannel(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    ChannelRow wanted = newChannel(arguments);
    Optional<ChannelRow> found = guild.findByName(wanted.guildId(), wanted.kind(), wanted.name());
    ChannelRow row = found.isPresent() ? found.get() : guild.insertChannel(wanted);
    return created(row).put("existed", found.isPresent());
  }

  private static ChannelRow newChannel(CommandArguments arguments) {
    ChannelKind kind = arguments.channelKind();
    return new ChannelRow(
        0,
        arguments.text("guild_id"),
        checkedName(arguments, kind),
        kind.word(),
        checkedTopic(arguments),
        arguments.integer("position", 0, 0, Integer.MAX_VALUE),
        arguments.findBoolean("nsfw").orElse(false),
        Optional.empty());
  }

  private static JsonNode editChannel(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    ChannelRow old = existingChannel(guild, arguments);
    Optional<String> name =
        arguments.findText("name").isPresent()
            ? Optional.of(checkedName(arguments, ChannelKind.find(old.kind()).orElseThrow()))
            : Optional.empty();
    if (name.isPresent()
        && !name.get().equals(old.name())
        && guild.findByName(old.guildId(), old.kind(), name.get()).isPresent()) {
      throw arguments.invalid("name", "belongs to another channel of the preview guild");
    }
    Optional<String> topic = checkedTopic(arguments);
    ChannelRow changed =
        new ChannelRow(
            old.id(),
            old.guildId(),
            name.orElse(old.name()),
            old.kind(),
            topic.isPresent() ? topic : old.topic(),
            arguments.integer("position", old.position(), 0, Integer.MAX_VALUE),
            arguments.findBoolean("nsfw").orElse(old.nsfw()),
            old.parentId());
    guild.updateChannel(changed);
    return channel(changed);
  }

  private static JsonNode deleteChannel(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    ChannelRow row = existingChannel(guild, arguments);
    guild.deleteChannel(row.id());
    return object().put("id", Long.toString(row.id())).put("deleted", true);
  }

  private static JsonNode listMessages(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    int limit = arguments.integer("limit", 50, 1, 100);
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    ChannelRow channel = channelOrNew(guild, arguments.text("channel_id"));
    for (MessageRow row : guild.listMessages(channel.id(), limit)) {
      ObjectNode message = messages.addObject().put("id", Long.toString(row.id()));
      message.put("content", row.content()).set("author", author(row));
      message.put("timestamp", row.createdAt().toString()).put("attachments", 0).put("embeds", 0);
    }
    return messages;
  }

  private static JsonNode editMessage(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    MessageRow row = ownMessage(guild, arguments);
    String content = checkedContent(arguments.text("content"));
    Instant edited = guild.updateMessage(row.id(), content);
    return object()
        .put("id", Long.toString(row.id()))
        .put("content", content)
        .put("edited_timestamp", edited.toString());
  }

  private static JsonNode deleteMessage(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    MessageRow row = ownMessage(guild, arguments);
    guild.deleteMessage(row.id());
    return object()
        .put("deleted", true)
        .put("channel_id", Long.toString(row.channelId()))
        .put("message_id", Long.toString(row.id()));
  }

  private static JsonNode clearMessages(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    int limit = arguments.integer("limit", 100, 1, 100);
    ChannelRow channel = channelOrNew(guild, arguments.text("channel_id"));
    int cleared = guild.clearMessages(channel.id(), limit);
    return object().put("cleared", cleared).put("channel_id", Long.toString(channel.id()));
  }

  private static JsonNode pin(PreviewGuild guild, CommandArguments arguments, boolean pinned)
      throws SQLException {
    MessageRow row = ownMessage(guild, arguments);
    guild.setPinned(row.id(), pinned);
    return object()
        .put("channel_id", Long.toString(row.channelId()))
        .put("message_id", Long.toString(row.id()))
        .put("pinned", pinned);
  }

  private static ChannelRow channelOrNew(PreviewGuild guild, String idOrName) throws SQLException {
    Optional<ChannelRow> found = guild.findChannel(idOrName);
    if (found.isPresent()) {
      return found.get();
    }
    Optional<Long> id = PreviewGuild.numericId(idOrName);
    if (id.isPresent()) {
      return guild.insertChannelWithId(id.get());
    }
    String name = ChannelKind.TEXT.normaliseName(idOrName);
    if (name.isEmpty() || name.codePointCount(0, name.length()) > NAME_LIMIT) {
      throw PlatformException.rejected(
          PlatformException.Kind.ARGUMENT_INVALID,
          "channel_id is neither an id nor a channel name of 1 to " + NAME_LIMIT + " characters");
    }
    return guild.insertChannel(ChannelRow.text(PreviewGuild.DEFAULT_GUILD, name));
  }

  private static ChannelRow existingChannel(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    return guild
        .findChannel(arguments.text("channel_id"))
        .orElseThrow(() -> notFound("channel_id", "no channel of the preview guild"));
  }

  private static ChannelRow channelInGuild(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    ChannelRow row = existingChannel(guild, arguments);
    if (!row.guildId().equals(arguments.text("guild_id"))) {
      throw notFound("channel_id", "a channel of another guild");
    }
    return row;
  }

  private static MessageRow ownMessage(PreviewGuild guild, CommandArguments arguments)
      throws SQLException {
    ChannelRow channel = existingChannel(guild, arguments);
    Optional<Long> id = PreviewGuild.numericId(arguments.text("message_id"));
    Optional<MessageRow> row =
        id.isPresent() ? guild.findMessage(channel.id(), id.get()) : Optional.empty();
    return row.orElseThrow(() -> notFound("message_id", "no message of this channel"));
  }

  private static String checkedContent(String content) {
    // PostgreSQL cannot store NUL, and no reader could see it.
    String plain = content.replace("\u0000", "").strip();
    int length = plain.codePointCount(0, plain.length());
    if (length < 1 || length > MESSAGE_LIMIT) {
      throw PlatformException.rejected(
          PlatformException.Kind.ARGUMENT_INVALID,
          "message content has " + length + " characters, expected 1 to " + MESSAGE_LIMIT);
    }
    return plain;
  }

  private static String checkedName(CommandArguments arguments, ChannelKind kind) {
    String name = kind.normaliseName(arguments.text("name"));
    if (name.isEmpty() || name.codePointCount(0, name.length()) > NAME_LIMIT) {
      throw arguments.invalid("name", "must have 1 to " + NAME_LIMIT + " letters, digits, - or _");
    }
    return name;
  }

  private static Optional<String> checkedTopic(CommandArguments arguments) {
    Optional<String> topic = arguments.findText("topic").map(text -> text.replace("\u0000", ""));
    if (topic.isPresent() && topic.get().length() > TOPIC_LIMIT) {
      throw arguments.invalid("topic", "is longer than " + TOPIC_LIMIT + " characters");
    }
    return topic;
  }

  private static PlatformException notFound(String argument, String what) {
    return PlatformException.rejected(
        PlatformException.Kind.NOT_FOUND, "argument \"" + argument + "\" names " + what);
  }

  private static PostReceipt receipt(MessageRow row) {
    return new PostReceipt(
        Long.toString(row.id()), Long.toString(row.channelId()), row.content(), row.createdAt());
  }

  private static ObjectNode channel(ChannelRow row) {
    return object()
        .put("id", Long.toString(row.id()))
        .put("name", row.name())
        .put("type", row.kind())
        .put("position", row.position())
        .put("topic", row.topic().orElse(null))
        .put("nsfw", row.nsfw())
        .put("parent_id", row.parentId().map(id -> Long.toString(id)).orElse(null));
  }

  private static ObjectNode created(ChannelRow row) {
    return object()
        .put("id", Long.toString(row.id()))
        .put("name", row.name())
        .put("kind", row.kind())
        .put("position", row.position());
  }

  private static ObjectNode message(MessageRow row) {
    ObjectNode message = object().put("id", Long.toString(row.id())).put("content", row.content());
    message.set("author", author(row).put("discriminator", "0"));
    message
        .put("timestamp", row.createdAt().toString())
        .put("edited_timestamp", row.editedAt().map(Instant::toString).orElse(null))
        .put("tts", row.tts())
        .put("mention_everyone", false);
    message.putArray("mentions");
    message.put("attachments", 0).put("embeds", 0).putArray("reactions");
    return message.put("pinned", row.pinned());
  }

  private static ObjectNode author(MessageRow row) {
    return object().put("id", "1").put("name", row.author()).put("bot", true);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
