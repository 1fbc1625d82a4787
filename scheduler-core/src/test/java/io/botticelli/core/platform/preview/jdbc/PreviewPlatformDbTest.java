package io.botticelli.core.platform.preview.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.platform.PostingPlatform.Post;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.platform.PostingPlatformContract;
import io.botticelli.core.platform.preview.PreviewMessages;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class PreviewPlatformDbTest extends PostingPlatformContract {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestDatabase database = TestDatabase.fresh();
  private final PreviewPlatform platform = new PreviewPlatform(database.transactions());
  private final PreviewMessages messages = new JdbcPreviewMessages(database.transactions());

  @Override
  protected PostingPlatform platform() {
    return platform;
  }

  @Override
  protected String channel() {
    return "general";
  }

  @Override
  protected boolean keepsMessages() {
    return true;
  }

  @Test
  void aChannelComesIntoBeingByBeingPostedTo() {
    platform.post(new Post("#General", "one", "n1", false));
    platform.post(new Post("987654321098765432", "two", "n2", false));
    String id = platform.post(new Post("general", "three", "n3", false)).channelId();

    assertThat(messages.listChannels())
        .extracting(PreviewMessages.Channel::name)
        .containsExactlyInAnyOrder("general", "channel-987654321098765432");
    assertThat(messages.list(Optional.of("general"), Optional.empty(), 10))
        .extracting(PreviewMessages.Message::content)
        .containsExactly("three", "one");
    assertThat(messages.list(Optional.of(id), Optional.empty(), 10)).hasSize(2);
    assertThat(messages.list(Optional.empty(), Optional.empty(), 10)).hasSize(3);
    assertThat(messages.list(Optional.of("nowhere"), Optional.empty(), 10)).isEmpty();
  }

  @Test
  void olderMessagesArePagedThrough() {
    for (int i = 1; i <= 5; i++) {
      platform.post(new Post("general", "message " + i, "n" + i, false));
    }

    List<PreviewMessages.Message> newest = messages.list(Optional.empty(), Optional.empty(), 2);
    List<PreviewMessages.Message> older =
        messages.list(Optional.empty(), Optional.of(Long.valueOf(newest.get(1).id())), 2);

    assertThat(older)
        .extracting(PreviewMessages.Message::content)
        .containsExactly("message 3", "message 2");
  }

  @Test
  void aChannelIsCreatedOnceAndThenGot() {
    JsonNode first = run("channels.get_or_create", "{'guild_id': 1, 'name': 'News'}");
    JsonNode second = run("channels.get_or_create", "{'guild_id': '1', 'name': 'news'}");
    JsonNode voice =
        run("channels.get_or_create", "{'guild_id': 1, 'name': 'news', 'kind': 'VOICE'}");

    assertThat(first.path("existed").booleanValue()).isFalse();
    assertThat(second.path("existed").booleanValue()).isTrue();
    assertThat(second.path("id")).isEqualTo(first.path("id"));
    assertThat(voice.path("id")).isNotEqualTo(first.path("id"));
    assertThat(run("channels.list", "{'guild_id': 1}")).hasSize(2);
    assertThat(platform.post(new Post("news", "Hi", "n", false)).channelId())
        .isEqualTo(first.path("id").textValue());
  }

  @Test
  void aChannelIsEditedAndDeleted() {
    String id = run("channels.create", "{'guild_id': 1, 'name': 'old'}").path("id").textValue();

    JsonNode edited =
        run("channels.edit", "{'channel_id': '" + id + "', 'name': 'new', 'topic': 'T'}");
    JsonNode got = run("channels.get", "{'guild_id': 1, 'channel_id': '" + id + "'}");
    run("channels.delete", "{'channel_id': '" + id + "'}");

    assertThat(got).isEqualTo(edited);
    assertThat(got.path("topic").textValue()).isEqualTo("T");
    assertFails(Kind.NOT_FOUND, "channels.get", "{'guild_id': 1, 'channel_id': '" + id + "'}");
  }

  @Test
  void messagesAreReadPinnedEditedDeletedAndCleared() {
    PostReceipt one = platform.post(new Post("general", "one", "n1", false));
    PostReceipt two = platform.post(new Post("general", "two", "n2", false));
    String first = "{'channel_id': 'general', 'message_id': '" + one.messageId() + "'}";

    assertThat(run("messages.pin", first).path("pinned").booleanValue()).isTrue();
    assertThat(run("messages.get", first).path("pinned").booleanValue()).isTrue();
    assertThat(run("messages.unpin", first).path("pinned").booleanValue()).isFalse();
    run("messages.edit", first.replace("}", ", 'content': 'changed'}"));
    assertThat(run("messages.get", first).path("content").textValue()).isEqualTo("changed");
    assertThat(run("messages.list", "{'channel_id': 'general', 'limit': '1'}"))
        .singleElement()
        .satisfies(row -> assertThat(row.path("id").textValue()).isEqualTo(two.messageId()));
    run("messages.delete", first);
    assertFails(Kind.NOT_FOUND, "messages.get", first);
    assertThat(run("messages.clear", "{'channel_id': 'general'}").path("cleared").intValue())
        .isEqualTo(1);
    assertThat(run("messages.clear", "{'channel_id': 'quiet'}").path("cleared").intValue())
        .isZero();
  }

  @Test
  void theGuildDescribesItself() {
    assertThat(run("server.get", "{'guild_id': '7'}").path("guild_id").textValue()).isEqualTo("7");
    assertThat(run("roles.list", "{'guild_id': '7'}")).hasSize(1);
  }

  @Test
  void whatItDoesNotDoIsSaid() {
    assertFails(Kind.COMMAND_NOT_IMPLEMENTED, "members.kick", "{}");
    assertFails(
        Kind.COMMAND_NOT_IMPLEMENTED, "messages.send", "{'channel_id': 'x', 'content': 'y'}");
    assertFails(Kind.ARGUMENT_INVALID, "messages.list", "{'channel_id': 'x', 'limit': 101}");
    assertFails(Kind.ARGUMENT_INVALID, "channels.create", "{'guild_id': 1, 'name': '!!!'}");
  }

  @Test
  void hostileTextStaysText() {
    String text = "'; DROP TABLE preview_messages; -- <script>alert(1)</script>";

    platform.post(new Post("general'; --", text + "\u0000", "n'", false));

    assertThat(messages.list(Optional.of("general---"), Optional.empty(), 1))
        .extracting(PreviewMessages.Message::content)
        .containsExactly(text);
  }

  private JsonNode run(String command, String arguments) {
    try {
      Map<String, JsonNode> values = new HashMap<>();
      JSON.readTree(arguments.replace('\'', '"'))
          .properties()
          .forEach(field -> values.put(field.getKey(), field.getValue()));
      return platform.execute(new PlatformCommand(command, values));
    } catch (IOException broken) {
      throw new IllegalArgumentException(broken);
    }
  }

  private void assertFails(Kind kind, String command, String arguments) {
    assertThatThrownBy(() -> run(command, arguments))
        .isInstanceOfSatisfying(
            PlatformException.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }
}
