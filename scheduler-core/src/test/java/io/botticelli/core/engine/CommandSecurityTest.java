package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.command;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.repeated;
import static io.botticelli.core.engine.Narratives.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.SecurityPolicy;
import io.botticelli.core.security.Approvals.Decision;
import io.botticelli.core.security.SecurityMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandSecurityTest {
  private static final String CHANNEL = "500000000000000001";

  private final EngineFixture engine = new EngineFixture();
  private final Narrative poster = narrative("n", act("send", message("hi")), marking());

  @Test
  void enforceWithoutAPolicySendsNothing() {
    engine.mode = SecurityMode.ENFORCE;

    RunResult result = engine.run(poster);

    assertThat(result.status()).isEqualTo(Status.FAILED);
    assertThat(result.errorCode()).contains("command_denied");
    assertThat(result.retryable()).isFalse();
    assertThat(engine.posts.sent).isEmpty();
    assertThat(engine.tables.updates).isEmpty();
  }

  @Test
  void aDryRunSendsMarksAndKeepsNothing() {
    engine.mode = SecurityMode.DRY_RUN;

    RunResult result = engine.run(poster);

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
    assertThat(result.postsSent()).isZero();
    assertThat(result.response()).contains("\"dry_run\":true");
    assertThat(engine.posts.sent).isEmpty();
    assertThat(engine.tables.updates).isEmpty();
    assertThat(engine.state).isEmpty();
  }

  @Test
  void theServersPolicyHoldsForNarrativesWithoutOne() {
    engine.serverPolicy = Optional.of(policy(List.of("channels.*"), List.of()));

    assertThat(engine.run(poster).errorCode()).contains("command_denied");
    assertThat(engine.run(with(policy(List.of("messages.send"), List.of()))).status())
        .isEqualTo(Status.COMPLETED);
    assertThat(engine.posts.sent).hasSize(1);
  }

  @Test
  void aNestedNarrativeCannotEscapeTheOuterPolicy() {
    Narrative inner = with(policy(List.of("*"), List.of()));
    Narrative outer =
        secured(
            narrative("outer", Narratives.composition("inner", inner)),
            policy(List.of("channels.*"), List.of()));

    assertThat(engine.run(outer).errorCode()).contains("command_denied");
    assertThat(engine.posts.sent).isEmpty();
  }

  @Test
  void aCommandThatNeedsAPersonEndsTheRunAsWaiting() {
    RunResult result = engine.run(with(policy(List.of("messages.send"), List.of("messages.send"))));

    assertThat(result.status()).isEqualTo(Status.WAITING_APPROVAL);
    assertThat(result.errorCode()).contains("approval_pending");
    assertThat(result.response())
        .isEqualTo("{\"status\":\"pending_approval\",\"approval_id\":\"1\"}");
    assertThat(engine.posts.sent).isEmpty();
    assertThat(engine.tables.updates).as("later acts did not run").isEmpty();
    assertThat(engine.approvals.requests.get(0).arguments().get("content").asText())
        .isEqualTo("hi");
    assertThat(engine.approvals.requests.get(0).key()).isEqualTo("fire:42:n:send:1");
  }

  @Test
  void aDeniedCommandFailsAndOneCarriedOutIsNotRepeated() {
    Narrative careful = with(policy(List.of("messages.send"), List.of("messages.send")));

    engine.approvals.answer(Decision.DENIED, Optional.empty());
    assertThat(engine.run(careful).errorCode()).contains("approval_denied");
    engine.approvals.answer(Decision.APPROVED, JsonPaths.parse("{\"id\":\"9\"}"));
    assertThat(engine.run(careful).status()).isEqualTo(Status.COMPLETED);

    assertThat(engine.posts.sent).isEmpty();
  }

  @Test
  void readsAreAskedOnceUntilSomethingIsWritten() {
    engine.platform.on("channels.list", "[]").on("channels.create", "{\"id\":\"1\"}");
    ActInput list = command("channels.list", Map.of("guild_id", "1"));
    ActInput create = command("channels.create", Map.of("guild_id", "1", "name", "a"));

    engine.run(narrative("n", repeated(act("a", list, list), 2, false)));
    assertThat(engine.platform.executed).hasSize(1);
    engine.run(narrative("n", act("a", list, create, list)));
    assertThat(engine.platform.executed).as("another run, and a write").hasSize(4);
  }

  @Test
  void writesAreNeverAnsweredFromTheCache() {
    engine.platform.on("channels.create", "{\"id\":\"1\"}");
    ActInput create = command("channels.create", Map.of("guild_id", "1", "name", "a"));

    engine.run(narrative("n", act("a", create, create)));

    assertThat(engine.platform.executed).hasSize(2);
  }

  private static io.botticelli.core.narrative.Act marking() {
    return act("mark", update("content", "id = 1", Map.of("review_status", "posted")));
  }

  private static ActInput message(String content) {
    return command("messages.send", Map.of("channel_id", CHANNEL, "content", content));
  }

  private Narrative with(SecurityPolicy policy) {
    return secured(poster, policy);
  }

  private static Narrative secured(Narrative narrative, SecurityPolicy policy) {
    return new Narrative(
        narrative.name(),
        narrative.description(),
        narrative.file(),
        narrative.acts(),
        narrative.template(),
        narrative.target(),
        narrative.skipContentGeneration(),
        narrative.preserveSource(),
        narrative.settings(),
        narrative.carousel(),
        narrative.budget(),
        narrative.allowEmptySource(),
        Optional.of(policy));
  }

  private static SecurityPolicy policy(List<String> allowed, List<String> confirmed) {
    return new SecurityPolicy(
        Optional.of(
            new SecurityPolicy.CommandRules(
                allowed, List.of(), false, confirmed, List.of(), List.of())),
        SecurityPolicy.Constraints.NONE,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }
}
