package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.send;
import static io.botticelli.core.engine.Narratives.text;
import static io.botticelli.core.engine.Narratives.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.platform.PlatformException.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandFailureTest {
  private final EngineFixture engine = new EngineFixture();

  @Test
  void failedReadIsOptionalUnlessSaidOtherwise() {
    engine.platform.fail("channels.list", refused());

    RunResult result =
        engine.run(narrative("n", act("a", text("go"), command("channels.list", Map.of()))));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
    assertThat(engine.model.lastUserText())
        .isEqualTo("go\n\n[Bot command 'discord.channels.list' failed: no access]");
    assertThat(engine.runs.act("a").error().orElseThrow()).contains("channels.list", "no access");
  }

  @Test
  void failedWriteEndsTheRunUnlessSaidOtherwise() {
    engine.platform.fail("channels.create", refused());

    RunResult result =
        engine.run(
            narrative("n", act("a", command("channels.create", Map.of())), act("b", text("x"))));

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.errorCode()).contains("platform_permission_denied");
    assertThat(engine.model.requests()).isEmpty();
  }

  @Test
  void explicitValueWinsOverTheClassOfTheCommand() {
    engine.platform.fail("channels.create", refused()).fail("channels.list", refused());

    RunResult optionalWrite =
        engine.run(narrative("n", act("a", called("channels.create", false))));
    RunResult requiredRead = engine.run(narrative("n", act("a", called("channels.list", true))));

    assertThat(optionalWrite.status()).isEqualTo(Status.COMPLETED);
    assertThat(requiredRead.status()).isEqualTo(Status.FAILED);
  }

  @Test
  void actionActWhoseCommandsAllFailedSaysSo() {
    engine.platform.fail("channels.list", refused());

    RunResult result = engine.run(narrative("n", act("a", command("channels.list", Map.of()))));

    assertThat(JsonPaths.parse(result.response()).orElseThrow())
        .isEqualTo(
            JsonPaths.parse(
                    "{\"status\":\"failed\",\"command\":\"discord.channels.list\",\"error\":\"no access\"}")
                .orElseThrow());
    assertThat(engine.runs.act("a").status()).isEqualTo("failed_optional");
  }

  @Test
  void actionActWithOneSuccessAnswersWithIt() {
    engine.platform.on("roles.list", "[]").fail("channels.list", refused());

    RunResult result =
        engine.run(
            narrative(
                "n",
                act("a", command("roles.list", Map.of()), command("channels.list", Map.of()))));

    assertThat(result.response()).isEqualTo("[]");
    assertThat(engine.runs.act("a").status()).isEqualTo("completed");
  }

  @Test
  void unknownCommandIsAnOptionalFailure() {
    RunResult result =
        engine.run(narrative("n", act("a", command("server.something_else", Map.of()))));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
  }

  @Test
  void aliasReachesThePlatformUnderItsCanonicalName() {
    engine.platform.on("server.get_stats", "{}");

    engine.run(narrative("n", act("a", command("server.get_info", Map.of()))));

    assertThat(engine.platform.executed.get(0).name()).isEqualTo("server.get_stats");
  }

  @Test
  void missingPlatformFailsASendAndNamesTheSetting() {
    engine.platformMissing = true;

    RunResult result = engine.run(narrative("n", act("a", send("hi"))));

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.errorMessage().orElseThrow()).contains("DISCORD_TOKEN");
  }

  @Test
  void unknownOutcomeEndsTheRunEvenWhenOptionalAndIsNeverRetried() {
    engine.posts.fail(
        new PlatformException(Kind.UNAVAILABLE, Outcome.UNKNOWN, "no answer", null, null));

    RunResult result = engine.run(narrative("n", act("a", called("messages.send", false))));

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.retryable()).isFalse();
  }

  @Test
  void rateLimitIsRetryableAfterWhatThePlatformAsksFor() {
    engine.posts.fail(
        new PlatformException(
            Kind.RATE_LIMITED, Outcome.REJECTED, "slow down", Duration.ofSeconds(3), null));

    RunResult result = engine.run(narrative("n", act("a", send("hi"))));

    assertThat(result.retryable()).isTrue();
    assertThat(result.retryAfterMs()).isEqualTo(3000);
  }

  @Test
  void databaseKnowsOnlyOneCommand() {
    RunResult result =
        engine.run(
            narrative(
                "n",
                act(
                    "a",
                    command(
                        "database", "drop_table", Map.of(), Optional.empty(), Retention.FULL))));

    assertThat(result.errorCode()).contains("platform_command_unknown");
  }

  @Test
  void updateWithoutColumnsIsRefused() {
    RunResult result = engine.run(narrative("n", act("a", update("t", "id = 1", Map.of()))));

    assertThat(result.errorCode()).contains("platform_argument_invalid");
    assertThat(engine.tables.updates).isEmpty();
  }

  private static ActInput called(String command, boolean required) {
    return command(
        "discord",
        command,
        Map.of("channel_id", "77", "content", "hi"),
        Optional.of(required),
        Retention.FULL);
  }

  private static PlatformException refused() {
    return PlatformException.rejected(Kind.PERMISSION_DENIED, "no access");
  }
}
