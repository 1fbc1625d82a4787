package io.botticelli.core.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every command of a chat platform: canonical name, aliases, whether it writes, when it is
 * implemented, and its arguments. Commands of later versions are known too, so that policies and
 * validation treat them rightly. Immutable and thread-safe.
 */
public final class CommandCatalog {
  /** Narratives may write {@code discord.channels.list} where the platform is named already. */
  private static final List<String> PREFIXES = List.of("discord.", "preview.", "noop.");

  private final Map<String, Command> commands = new LinkedHashMap<>();
  private final Map<String, String> aliases = new LinkedHashMap<>();

  /** Creates the catalog. */
  public CommandCatalog() {
    addServersAndChannels();
    addMessages();
    addRolesAndMembers();
    addListings();
    addThreadsAndForums();
    for (String alias :
        List.of(
            "message.send",
            "channels.create_message",
            "channels.send_message",
            "channel.send_message")) {
      aliases.put(alias, "messages.send");
    }
    aliases.put("channel.create", "channels.create");
    for (String alias : List.of("server.get", "server.get_info", "guilds.get")) {
      aliases.put(alias, "server.get_stats");
    }
  }

  /**
   * Returns the canonical name of a command. Case, surrounding blanks and a leading platform name
   * are ignored, aliases resolved.
   *
   * @return the canonical name; an unknown name comes back unchanged
   */
  public String canonical(String name) {
    String plain = name.strip().toLowerCase(Locale.ROOT);
    for (String prefix : PREFIXES) {
      if (plain.startsWith(prefix)) {
        plain = plain.substring(prefix.length());
        break;
      }
    }
    String resolved = aliases.getOrDefault(plain, plain);
    return commands.containsKey(resolved) ? resolved : name;
  }

  /** Returns the entry of a command or alias; empty when no platform has ever had it. */
  public Optional<Command> find(String name) {
    return Optional.ofNullable(commands.get(canonical(name)));
  }

  /** Tells whether a command or alias is known, implemented or not. */
  public boolean isKnown(String name) {
    return find(name).isPresent();
  }

  /**
   * Tells whether a command changes something.
   *
   * @return false for reads, and for unknown names: they are refused before they reach anything, so
   *     an optional act may name one without being treated as a write
   */
  public boolean isWrite(String name) {
    return find(name).map(Command::write).orElse(false);
  }

  /** Returns every command, in the order of the documentation. */
  public Collection<Command> list() {
    return Collections.unmodifiableCollection(commands.values());
  }

  /**
   * Checks that a platform can carry a command out: it is known, implemented, and no required
   * argument is missing, null or blank. Unknown arguments are allowed.
   *
   * @param implemented canonical names the platform implements
   * @return the entry of the command
   * @throws PlatformException {@code COMMAND_UNKNOWN}, {@code COMMAND_NOT_IMPLEMENTED} or {@code
   *     ARGUMENT_MISSING}, the latter naming the argument
   */
  public Command check(PlatformCommand command, Set<String> implemented) {
    Command entry =
        find(command.name())
            .orElseThrow(
                () ->
                    PlatformException.rejected(
                        PlatformException.Kind.COMMAND_UNKNOWN,
                        "command \"" + shown(command.name()) + "\" is unknown" + hint(command)));
    if (!implemented.contains(entry.name())) {
      throw PlatformException.rejected(
          PlatformException.Kind.COMMAND_NOT_IMPLEMENTED,
          "command \"" + entry.name() + "\" is not implemented in this version");
    }
    checkArguments(entry, command.arguments());
    return entry;
  }

  private static void checkArguments(Command entry, Map<String, JsonNode> arguments) {
    for (String required : entry.required()) {
      List<String> names = CommandArguments.spellings(required);
      if (names.stream().noneMatch(name -> CommandArguments.isPresent(arguments.get(name)))) {
        throw PlatformException.rejected(
            PlatformException.Kind.ARGUMENT_MISSING,
            "command \""
                + entry.name()
                + "\" needs the argument \""
                + required
                + "\"; it is missing or blank");
      }
    }
  }

  private String hint(PlatformCommand command) {
    String wanted = command.name().strip().toLowerCase(Locale.ROOT);
    String group = wanted.contains(".") ? wanted.substring(0, wanted.indexOf('.') + 1) : "";
    List<String> siblings = new ArrayList<>();
    for (String name : commands.keySet()) {
      if (!group.isEmpty() && name.startsWith(group)) {
        siblings.add(name);
      }
    }
    return siblings.isEmpty() ? "" : "; known are " + String.join(", ", siblings);
  }

  private static String shown(String name) {
    String line = name.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= 80 ? line : line.substring(0, 80) + "..";
  }

  private void addServersAndChannels() {
    read(1, "server.get_stats", "guild_id");
    reads(1, "channels.list", "guild_id");
    read(2, "channels.get", "guild_id channel_id");
    write(1, "channels.create", "guild_id name", "kind topic position nsfw category_id");
    write(1, "channels.get_or_create", "guild_id name", "channel_type topic position nsfw");
    write(2, "channels.edit", "channel_id", "name topic nsfw position bitrate user_limit");
    write(2, "channels.delete", "channel_id", "reason");
    write(3, "channels.create_invite", "channel_id", "max_age max_uses temporary");
    write(3, "channels.typing", "channel_id", "");
  }

  private void addMessages() {
    write(1, "messages.send", "channel_id content", "tts");
    read(2, "messages.get", "channel_id message_id");
    reads(2, "messages.list", "channel_id", "limit");
    write(2, "messages.edit", "channel_id message_id content", "");
    write(2, "messages.delete", "channel_id message_id", "reason");
    write(1, "messages.clear", "channel_id", "limit");
    write(3, "messages.bulk_delete", "channel_id message_ids", "");
    write(1, "messages.pin", "channel_id message_id", "");
    write(2, "messages.unpin", "channel_id message_id", "");
    write(2, "reactions.add", "channel_id message_id emoji", "");
    write(2, "reactions.remove", "channel_id message_id emoji", "user_id");
    read(2, "reactions.list", "channel_id message_id emoji", "limit");
    write(3, "reactions.clear", "channel_id message_id", "");
    write(3, "reactions.clear_emoji", "channel_id message_id emoji", "");
  }

  private void addRolesAndMembers() {
    reads(1, "roles.list", "guild_id");
    read(2, "roles.get", "guild_id role_id");
    write(2, "roles.create", "guild_id name", "color hoist mentionable");
    write(3, "roles.edit", "guild_id role_id", "name color hoist mentionable");
    write(2, "roles.delete", "guild_id role_id", "");
    write(3, "roles.assign", "guild_id user_id role_id", "");
    write(3, "roles.remove", "guild_id user_id role_id", "");
    reads(2, "members.list", "guild_id", "limit");
    read(2, "members.get", "guild_id user_id");
    write(3, "members.edit", "guild_id user_id", "nickname mute deafen roles");
    write(3, "members.kick", "guild_id user_id", "reason");
    write(3, "members.ban", "guild_id user_id", "delete_message_days");
    write(3, "members.unban", "guild_id user_id", "");
    write(3, "members.timeout", "guild_id user_id duration_seconds", "");
    write(3, "members.remove_timeout", "guild_id user_id", "");
  }

  private void addListings() {
    reads(2, "emojis.list", "guild_id");
    reads(2, "stickers.list", "guild_id");
    reads(2, "invites.list", "guild_id");
    reads(2, "webhooks.list", "guild_id");
    reads(2, "bans.list", "guild_id", "limit");
    reads(2, "integrations.list", "guild_id");
    reads(2, "voice_regions.list", "guild_id");
    reads(2, "events.list", "guild_id");
    read(2, "events.get", "guild_id event_id");
    write(3, "events.create", "guild_id name start_time", "description end_time location");
    write(3, "events.edit", "guild_id event_id", "name description start_time location");
    write(3, "events.delete", "guild_id event_id", "");
  }

  private void addThreadsAndForums() {
    write(2, "threads.create", "channel_id name", "auto_archive_duration invitable");
    read(2, "threads.list", "guild_id");
    read(2, "threads.get", "thread_id");
    write(3, "threads.edit", "thread_id", "name archived locked");
    write(3, "threads.delete", "thread_id", "");
    write(3, "threads.join", "thread_id", "");
    write(3, "threads.leave", "thread_id", "");
    write(3, "threads.add_member", "thread_id user_id", "");
    write(3, "threads.remove_member", "thread_id user_id", "");
    write(3, "forum.create_post", "channel_id name content", "auto_archive_duration");
    read(3, "forum.get_post", "thread_id");
    reads(3, "forum.list_posts", "channel_id");
  }

  private void read(int tier, String name, String required, String... optional) {
    add(new Command(name, false, tier, words(required), words(optional), false));
  }

  private void reads(int tier, String name, String required, String... optional) {
    add(new Command(name, false, tier, words(required), words(optional), true));
  }

  private void write(int tier, String name, String required, String optional) {
    add(new Command(name, true, tier, words(required), words(optional), false));
  }

  private void add(Command command) {
    commands.put(command.name(), command);
  }

  private static List<String> words(String... texts) {
    List<String> words = new ArrayList<>();
    for (String text : texts) {
      if (!text.isEmpty()) {
        words.addAll(List.of(text.split(" ")));
      }
    }
    return words;
  }

  /**
   * A known command.
   *
   * @param name canonical name
   * @param write true if it changes something
   * @param tier 1 needed by the pipeline, 2 offered, 3 known but left to a later version
   * @param required arguments without which it is refused; see {@link CommandArguments} for their
   *     other spellings
   * @param optional further arguments it understands
   * @param array true if the result is an array, else an object
   */
  public record Command(
      String name,
      boolean write,
      int tier,
      List<String> required,
      List<String> optional,
      boolean array) {
    public Command {
      required = List.copyOf(required);
      optional = List.copyOf(optional);
    }
  }
}
