package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.web.app.CommandRun.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first command a newcomer types. */
@Tag("db")
class DemoCommandDbTest {
  @TempDir private Path home;

  private Result run(String... arguments) {
    return CommandRun.in(CommandRun.PROJECT)
        .with("BOTTICELLI_HOME", home.toString())
        .run(arguments);
  }

  private JsonNode demo(int seconds) {
    Result result = run("demo", "--seconds", Integer.toString(seconds), "--port", "0", "--json");

    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    assertThat(result.err()).contains("/signin?code=").contains("Model: offline");
    assertThat(result.log()).as("a demo that works is no news").isEmpty();
    return result.json();
  }

  @Test
  void generatesCuratesAndPostsAndGoesOnWithTheSameRowsAndHistory() {
    JsonNode first = demo(20);

    assertThat(first.path("ok").asBoolean()).isTrue();
    assertThat(first.path("generated").asInt()).isGreaterThanOrEqualTo(5);
    assertThat(first.path("curated").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(first.path("posted").asInt()).isGreaterThanOrEqualTo(1);
    assertThat(first.path("first_message_ms").asLong()).isPositive();
    assertThat(first.path("messages_in_channel").asInt()).isEqualTo(first.path("posted").asInt());
    List<Long> executions = ids(run("executions", "list", "--limit", "500", "--json"));
    List<Long> approved = ids(run("content", "list", "approved_discord_posts", "--json"));

    JsonNode second = demo(10);

    assertThat(second.path("posted").asInt()).isPositive();
    assertThat(second.path("messages_in_channel").asInt())
        .as("no message of the first demo is lost")
        .isEqualTo(first.path("posted").asInt() + second.path("posted").asInt());
    assertThat(ids(run("executions", "list", "--limit", "500", "--json")))
        .hasSizeGreaterThan(executions.size())
        .containsAll(executions)
        .as("ids go on")
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(ids(run("content", "list", "approved_discord_posts", "--limit", "500", "--json")))
        .containsAll(approved);
  }

  private static List<Long> ids(Result result) {
    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    return StreamSupport.stream(result.json().path("items").spliterator(), false)
        .map(item -> item.path("id").asLong())
        .toList();
  }
}
