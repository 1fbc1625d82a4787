package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PostingPlatform;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A platform that answers commands as a test says and remembers them. */
final class RecordingPlatform implements PostingPlatform {
  private final CommandCatalog catalog = new CommandCatalog();
  private final Map<String, Function<PlatformCommand, JsonNode>> answers = new HashMap<>();
  final List<PlatformCommand> executed = new ArrayList<>();

  RecordingPlatform on(String command, String json) {
    JsonNode node = JsonPaths.parse(json).orElseThrow();
    answers.put(command, call -> node);
    return this;
  }

  RecordingPlatform fail(String command, PlatformException failure) {
    answers.put(
        command,
        call -> {
          throw failure;
        });
    return this;
  }

  RecordingPlatform then(String command, Function<PlatformCommand, JsonNode> answer) {
    answers.put(command, answer);
    return this;
  }

  @Override
  public String name() {
    return "discord";
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
  public JsonNode execute(PlatformCommand command) {
    executed.add(command);
    Function<PlatformCommand, JsonNode> answer = answers.get(command.name());
    if (answer == null) {
      throw PlatformException.rejected(
          PlatformException.Kind.COMMAND_UNKNOWN, "no such command: " + command.name());
    }
    return answer.apply(command);
  }

  @Override
  public int messageLimit() {
    return 2000;
  }

  @Override
  public PostReceipt post(Post post) {
    throw new UnsupportedOperationException("the engine posts through OutboundPosts only");
  }

  @Override
  public Optional<PostReceipt> find(Post post, Instant since) {
    throw new UnsupportedOperationException("the engine posts through OutboundPosts only");
  }
}
