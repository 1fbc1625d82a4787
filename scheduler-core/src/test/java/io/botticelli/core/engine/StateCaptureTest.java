package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.capturing;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.narrative.ActInput.Retention;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateCaptureTest {
  private final EngineFixture engine = new EngineFixture();

  @Test
  void idsOfAnObjectResultAreSavedUnderLongAndShortKeys() {
    engine.platform.on(
        "channels.create", "{\"id\":\"5\",\"guild_id\":7,\"name\":\"x\",\"user_id\":null}");

    engine.run(narrative("n", act("a", command("channel.create", Map.of("name", "x")))));

    assertThat(engine.state)
        .containsOnly(
            entry("discord.channels.create.id", "5"),
            entry("id", "5"),
            entry("discord.channels.create.guild_id", "7"),
            entry("guild_id", "7"));
  }

  @Test
  void arrayResultSavesNothing() {
    engine.platform.on("channels.list", "[{\"id\":\"5\"}]");

    engine.run(narrative("n", act("a", command("channels.list", Map.of()))));

    assertThat(engine.state).isEmpty();
  }

  @Test
  void explicitCaptureAndStoreAsAreVariablesAndState() {
    engine.platform.on("threads.create", "{\"thread_id\":\"8\",\"deep\":{\"x\":[\"y\"]}}");

    engine.run(
        narrative(
            "n",
            act("a", capture(Map.of("k", "deep.x[0]"), Optional.of("made"))),
            act("b", text("{{k}} {{made}} {{state:made}}"))));

    assertThat(engine.model.lastUserText()).endsWith("\n\ny 8 8");
    assertThat(engine.state).contains(entry("k", "y"), entry("made", "8"));
  }

  @Test
  void missingFieldWarnsAndSavesNothing() {
    engine.platform.on("threads.create", "{}");

    engine.run(narrative("n", act("a", capture(Map.of("k", "gone"), Optional.of("made")))));

    assertThat(engine.state).isEmpty();
    assertThat(engine.warnings).hasSize(2).allMatch(warning -> warning.contains("was not saved"));
  }

  @Test
  void actCaptureFallsBackToTheId() {
    engine.model.answer("{\"id\":\"3\",\"a\":{\"b\":2}}");

    engine.run(
        narrative(
            "n", capturing(act("a", text("x")), Map.of("found", "$.a.b", "fallback", "$.gone"))));

    assertThat(engine.state).containsOnly(entry("found", "2"), entry("fallback", "3"));
  }

  private static ActInput capture(Map<String, String> capture, Optional<String> storeAs) {
    return new BotCommand(
        "discord",
        "threads.create",
        Map.of("channel_id", "1", "name", "t"),
        Optional.empty(),
        Optional.empty(),
        Retention.FULL,
        capture,
        storeAs);
  }
}
