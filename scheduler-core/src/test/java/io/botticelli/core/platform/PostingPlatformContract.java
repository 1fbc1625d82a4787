package io.botticelli.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.platform.PlatformException.Outcome;
import io.botticelli.core.platform.PostingPlatform.Post;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every platform that publishes messages promises. */
public abstract class PostingPlatformContract {
  /** Returns the platform under test. */
  protected abstract PostingPlatform platform();

  /** Returns a channel to post to. */
  protected abstract String channel();

  /** Tells whether messages can be found again; false for platforms that keep nothing. */
  protected abstract boolean keepsMessages();

  @Test
  void aPostIsAnsweredWithItsTrimmedContentAndAnId() {
    PostReceipt receipt = platform().post(post("  Hello \n", "n1"));

    assertThat(receipt.content()).isEqualTo("Hello");
    assertThat(receipt.messageId()).isNotBlank();
    assertThat(receipt.channelId()).isNotBlank();
  }

  @Test
  void theSameNonceIsTheSameMessage() {
    PostReceipt first = platform().post(post("Hello", "n1"));
    PostReceipt second = platform().post(post("Hello", "n1"));
    PostReceipt other = platform().post(post("Hello", "n2"));

    assertThat(second.messageId()).isEqualTo(first.messageId());
    assertThat(other.messageId()).isNotEqualTo(first.messageId());
  }

  @Test
  void blankAndTooLongMessagesAreRefused() {
    for (String content : new String[] {" \n", "x".repeat(platform().messageLimit() + 1)}) {
      assertThatThrownBy(() -> platform().post(post(content, "n1")))
          .isInstanceOfSatisfying(
              PlatformException.class,
              failure -> assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED));
    }
  }

  @Test
  void theLongestMessageIsCountedInCodePoints() {
    String content = "\ud83d\ude00".repeat(platform().messageLimit());

    assertThat(platform().post(post(content, "n1")).content()).isEqualTo(content);
  }

  @Test
  void aMessageIsFoundByItsContentButNotByAnother() {
    PostReceipt receipt = platform().post(post(" Hello ", "n1"));

    assertThat(platform().find(post("Hello", "n1"), Instant.EPOCH).map(PostReceipt::messageId))
        .isEqualTo(
            keepsMessages()
                ? java.util.Optional.of(receipt.messageId())
                : java.util.Optional.empty());
    assertThat(platform().find(post("Bye", "n2"), Instant.EPOCH)).isEmpty();
    assertThat(platform().find(post("Hello", "n1"), Instant.parse("2100-01-01T00:00:00Z")))
        .isEmpty();
  }

  @Test
  void twinsAreAllFound() {
    platform().post(post("Hello", "n1"));
    platform().post(post("Hello", "n2"));

    assertThat(platform().findAll(post("Hello", "n2"), Instant.EPOCH))
        .hasSize(keepsMessages() ? 2 : 0);
  }

  @Test
  void commandsAreClassifiedByName() {
    assertThat(platform().canonical("Message.Send")).isEqualTo("messages.send");
    assertThat(platform().isWrite("channel.send_message")).isTrue();
    assertThat(platform().isWrite("channels.list")).isFalse();
    assertThat(platform().isWrite("server.something_else")).isFalse();
  }

  @Test
  void wrongCommandsAreRefused() {
    assertRefused(Kind.COMMAND_UNKNOWN, "server.something_else", Map.of());
    assertRefused(Kind.ARGUMENT_MISSING, "channels.list", Map.of());
  }

  @Test
  void aChannelIsGotOrCreatedWithAnIdThatIsText() {
    JsonNode channel =
        platform()
            .execute(
                new PlatformCommand(
                    "channels.get_or_create",
                    Map.of(
                        "guild_id", TextNode.valueOf("123456789012345678"),
                        "name", TextNode.valueOf("My News"))));

    assertThat(channel.path("id").isTextual()).isTrue();
    assertThat(channel.path("name").textValue()).isEqualTo("my-news");
    assertThat(channel.path("kind").textValue()).isEqualTo("text");
    assertThat(channel.path("existed").isBoolean()).isTrue();
  }

  private void assertRefused(Kind kind, String command, Map<String, JsonNode> arguments) {
    assertThatThrownBy(() -> platform().execute(new PlatformCommand(command, arguments)))
        .isInstanceOfSatisfying(
            PlatformException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(kind);
              assertThat(failure.outcome()).isEqualTo(Outcome.REJECTED);
            });
  }

  private Post post(String content, String nonce) {
    return new Post(channel(), content, nonce, false);
  }
}
