package io.botticelli.core.platform.noop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.platform.PostingPlatformContract;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NoopPlatformTest extends PostingPlatformContract {
  private final NoopPlatform platform =
      new NoopPlatform(Clock.fixed(Instant.parse("2026-01-05T09:00:00Z"), ZoneOffset.UTC));

  @Override
  protected PostingPlatform platform() {
    return platform;
  }

  @Override
  protected String channel() {
    return "123456789012345678";
  }

  @Override
  protected boolean keepsMessages() {
    return false;
  }

  @Test
  void receiptsSayThatNothingWasPosted() {
    assertThat(platform.post(new PostingPlatform.Post("general", "Hi", "abc", false)).messageId())
        .isEqualTo("noop-abc");
  }

  @Test
  void everyKnownCommandIsAcceptedAndAnsweredTheSameEachTime() {
    for (CommandCatalog.Command command : new CommandCatalog().list()) {
      Map<String, JsonNode> arguments = new HashMap<>();
      command
          .required()
          .forEach(name -> arguments.put(name, TextNode.valueOf("123456789012345678")));
      PlatformCommand call = new PlatformCommand(command.name(), arguments);

      JsonNode result = platform.execute(call);

      assertThat(result).isEqualTo(platform.execute(call));
      assertThat(result.isArray()).as(command.name()).isEqualTo(command.array());
      if (!command.array()) {
        assertThat(result.path("noop").booleanValue()).as(command.name()).isTrue();
      }
    }
  }
}
