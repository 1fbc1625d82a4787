package io.botticelli.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.botticelli.core.platform.PlatformException.Kind;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandCatalogTest {
  private final CommandCatalog catalog = new CommandCatalog();

  @Test
  void aliasesCaseBlanksAndAPlatformPrefixAreResolved() {
    assertThat(catalog.canonical(" Message.Send ")).isEqualTo("messages.send");
    assertThat(catalog.canonical("discord.channels.create_message")).isEqualTo("messages.send");
    assertThat(catalog.canonical("channel.create")).isEqualTo("channels.create");
    assertThat(catalog.canonical("guilds.get")).isEqualTo("server.get_stats");
    assertThat(catalog.canonical("Server.Something_Else")).isEqualTo("Server.Something_Else");
  }

  @Test
  void readsAndWritesAreToldApartAlsoForLaterCommands() {
    assertThat(catalog.isWrite("members.ban")).isTrue();
    assertThat(catalog.isWrite("channel.send_message")).isTrue();
    assertThat(catalog.isWrite("channels.list")).isFalse();
    assertThat(catalog.isWrite("server.something_else")).isFalse();
    assertThat(catalog.isKnown("stickers.list")).isTrue();
    assertThat(catalog.isKnown("server.something_else")).isFalse();
  }

  @Test
  void everyNameIsGroupDotVerbAndItsOwnCanonicalName() {
    assertThat(catalog.list())
        .hasSizeGreaterThan(60)
        .allSatisfy(
            command -> {
              assertThat(command.name()).matches("[a-z_]+\\.[a-z_]+");
              assertThat(catalog.canonical(command.name())).isEqualTo(command.name());
              assertThat(command.tier()).isBetween(1, 3);
            });
  }

  @Test
  void aMissingArgumentIsNamed() {
    assertKind(
            Kind.ARGUMENT_MISSING,
            command("messages.pin", Map.of("channel_id", TextNode.valueOf("1"))),
            Set.of("messages.pin"))
        .hasMessageContaining("message_id");
    assertKind(
            Kind.ARGUMENT_MISSING,
            command("channels.list", Map.of("guild_id", TextNode.valueOf(" "))),
            Set.of("channels.list"))
        .hasMessageContaining("guild_id");
  }

  @Test
  void unknownAndLaterCommandsAreDifferentFailures() {
    assertKind(Kind.COMMAND_UNKNOWN, command("server.something_else", Map.of()), Set.of())
        .hasMessageContaining("server.get_stats");
    assertKind(Kind.COMMAND_NOT_IMPLEMENTED, command("members.kick", Map.of()), Set.of());
    assertKind(Kind.COMMAND_UNKNOWN, command("x\r\ny".repeat(200), Map.of()), Set.of())
        .hasMessageNotContainingAny("\n", "\r");
  }

  @Test
  void aThreadMayBeNamedByItsChannelId() {
    PlatformCommand command = command("threads.get", Map.of("channel_id", LongNode.valueOf(7)));

    assertThat(catalog.check(command, Set.of("threads.get")).tier()).isEqualTo(2);
    assertThat(new CommandArguments(command).text("thread_id")).isEqualTo("7");
  }

  @Test
  void textsAreCoercedToNumbersAndBooleans() {
    CommandArguments arguments =
        new CommandArguments(
            command(
                "x",
                Map.of(
                    "limit", TextNode.valueOf("10"),
                    "max", IntNode.valueOf(3),
                    "tts", TextNode.valueOf("True"),
                    "nsfw", BooleanNode.TRUE,
                    "id", LongNode.valueOf(123456789012345678L),
                    "type", IntNode.valueOf(2))));

    assertThat(arguments.integer("limit", 50, 1, 100)).isEqualTo(10);
    assertThat(arguments.integer("max", 50, 1, 100)).isEqualTo(3);
    assertThat(arguments.integer("absent", 50, 1, 100)).isEqualTo(50);
    assertThat(arguments.findBoolean("tts")).contains(true);
    assertThat(arguments.findBoolean("nsfw")).contains(true);
    assertThat(arguments.snowflake("id")).isEqualTo("123456789012345678");
    assertThat(arguments.channelKind()).isEqualTo(ChannelKind.VOICE);
  }

  @Test
  void whatCannotBeCoercedIsRefusedByName() {
    CommandArguments arguments =
        new CommandArguments(
            command(
                "x",
                Map.of(
                    "limit", TextNode.valueOf("many"),
                    "huge", TextNode.valueOf("1e999999999"),
                    "tts", TextNode.valueOf("maybe"),
                    "id", TextNode.valueOf("12"),
                    "kind", TextNode.valueOf("tunnel"),
                    "list", JsonNodeFactory.instance.arrayNode())));

    assertInvalid(() -> arguments.integer("limit", 1, 0, 9), "limit");
    assertInvalid(() -> arguments.findInteger("huge"), "huge");
    assertInvalid(() -> arguments.findBoolean("tts"), "tts");
    assertInvalid(() -> arguments.snowflake("id"), "id");
    assertInvalid(arguments::channelKind, "kind");
    assertInvalid(() -> arguments.findText("list"), "list");
  }

  @Test
  void textChannelNamesAreNormalised() {
    assertThat(ChannelKind.TEXT.normaliseName(" #My Nice Channel! ")).isEqualTo("my-nice-channel");
    assertThat(ChannelKind.VOICE.normaliseName("Lounge One")).isEqualTo("Lounge One");
  }

  private static void assertInvalid(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String argument) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PlatformException.class,
            failure -> assertThat(failure.kind()).isEqualTo(Kind.ARGUMENT_INVALID))
        .hasMessageContaining("\"" + argument + "\"");
  }

  private org.assertj.core.api.AbstractThrowableAssert<?, ?> assertKind(
      Kind kind, PlatformCommand command, Set<String> implemented) {
    return assertThatThrownBy(() -> catalog.check(command, implemented))
        .isInstanceOfSatisfying(
            PlatformException.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }

  private static PlatformCommand command(String name, Map<String, JsonNode> arguments) {
    return new PlatformCommand(name, arguments);
  }
}
