package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.pending;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.FailureClass;
import io.botticelli.core.StoreException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.actor.BreakerPolicy;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.Knowledge;
import io.botticelli.core.actor.PlatformBinding;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.media.MediaFiles;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.posting.PostHistory;
import io.botticelli.core.resilience.ResiliencePolicies;
import io.botticelli.core.resilience.RetrySettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActorRunnerTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  private final EngineFixture engine = new EngineFixture();
  private final List<Knowledge> knowledge = new ArrayList<>();
  private Narrative narrative = narrative("n", act("a", text("write")));
  private ExecutionPolicy policy = policy(true, true, 2, false);
  private int sentToday;
  private Optional<Instant> lastSent = Optional.empty();

  @AfterEach
  void forgetInterrupts() {
    Thread.interrupted();
  }

  @Test
  void aRunWhoseSkillsSucceedSucceeds() {
    ExecutionResult result = run(skill("first"), skill("second"));

    assertThat(result.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(result.skillsSucceeded()).isEqualTo(2);
    assertThat(result.tokensIn()).isEqualTo(20);
    assertThat(result.metadata()).containsEntry("run_ids", List.of("run-1", "run-2"));
  }

  @Test
  void anyFailedSkillFailsTheRun() {
    policy = policy(false, true, 0, false);
    engine.model.fail(failure(ModelException.Kind.AUTHENTICATION));

    ExecutionResult result = run(skill("first"), skill("second"));

    assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(result.skillsFailed()).isEqualTo(1);
    assertThat(result.skillsSucceeded()).as("goes on after the failure").isEqualTo(1);
    assertThat(result.errorCode()).contains("model_authentication");
  }

  @Test
  void aPermanentFailureEndsTheRunWhenAskedTo() {
    policy = policy(true, true, 5, false);
    engine.model.fail(failure(ModelException.Kind.AUTHENTICATION));

    ExecutionResult result = run(skill("first"), skill("second"));

    assertThat(result.skillsFailed()).isEqualTo(1);
    assertThat(result.skillsSucceeded()).isZero();
    assertThat(engine.model.requests()).as("permanent failures are not retried").hasSize(1);
  }

  @Test
  void theMostSevereFailureOfSeveralSkillsDecidesTheClass() {
    policy = policy(false, true, 0, false);
    engine
        .model
        .fail(failure(ModelException.Kind.UNAVAILABLE))
        .fail(failure(ModelException.Kind.AUTHENTICATION))
        .fail(
            new ModelException(
                ModelException.Kind.QUOTA_EXHAUSTED, "no", 429, Duration.ofHours(7), null));

    ExecutionResult result = run(skill("first"), skill("second"), skill("third"));

    assertThat(result.failureClass()).contains(FailureClass.PERMANENT);
    assertThat(result.errorCode()).as("the first is shown").contains("model_unavailable");
    assertThat(result.skillsFailed()).isEqualTo(3);
  }

  @Test
  void aUsedUpQuotaSaysWhenItIsRenewedAndIsNotAskedAgain() {
    policy = policy(true, true, 3, false);
    engine.model.fail(
        new ModelException(
            ModelException.Kind.QUOTA_EXHAUSTED, "no", 429, Duration.ofHours(7), null));

    ExecutionResult result = run(skill("first"), skill("second"));

    assertThat(result.failureClass()).contains(FailureClass.QUOTA);
    assertThat(result.retryAfter()).contains(Duration.ofHours(7));
    assertThat(engine.model.requests()).hasSize(1);
  }

  @Test
  void aSkippedRunHasNoFailureClass() {
    policy = policy(true, true, 0, true);
    narrative = narrative("n", act("a", pending("posts"), text("judge")));
    engine.tables.empty("posts");

    assertThat(run(skill("curate")).failureClass()).isEmpty();
  }

  @Test
  void theFirstFailureEndsTheRunWithoutContinueOnError() {
    policy = policy(false, false, 0, false);
    engine.model.fail(failure(ModelException.Kind.UNAVAILABLE));

    assertThat(run(skill("first"), skill("second")).skillsSucceeded()).isZero();
  }

  @Test
  void aDatabaseThatIsAwayForAMomentIsWaitedFor() {
    AtomicInteger reads = new AtomicInteger();
    narrative = narrative("n", act("a", pending("posts"), text("judge")));
    engine.tables.row("posts", "{\"id\":1,\"review_status\":\"pending\"}");
    engine.tables.onRead(
        () -> {
          if (reads.incrementAndGet() <= 2) {
            throw new StoreException("read posts failed: connection lost", "08006", true, null);
          }
        });

    ExecutionResult result = run(skill("curate"));

    assertThat(result.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(reads).hasValue(3);
  }

  @Test
  void aDatabaseThatStaysAwayFailsTheRunAsPassing() {
    narrative = narrative("n", act("a", pending("posts"), text("judge")));
    engine.tables.onRead(
        () -> {
          throw new StoreException("read posts failed: connection lost", "08006", true, null);
        });

    ExecutionResult result = run(skill("curate"));

    assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(result.errorCode()).contains("store_unavailable");
    assertThat(result.failureClass()).contains(FailureClass.TRANSIENT);
  }

  @Test
  void transientFailuresAreRetried() {
    engine
        .model
        .fail(failure(ModelException.Kind.UNAVAILABLE))
        .fail(failure(ModelException.Kind.UNAVAILABLE));

    ExecutionResult result = run(skill("first"));

    assertThat(result.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(engine.model.requests()).hasSize(3);
  }

  @Test
  void retriesEndAfterTheConfiguredNumber() {
    for (int i = 0; i < 9; i++) {
      engine.model.fail(failure(ModelException.Kind.UNAVAILABLE));
    }

    assertThat(run(skill("first")).status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(engine.model.requests()).hasSize(3);
  }

  @Test
  void aRunInWhichEverythingWasSkippedIsSkipped() {
    Skill off =
        new Skill.NarrativeExecution(
            "off", false, "n.toml", Optional.empty(), Optional.empty(), Map.of());

    ExecutionResult result = run(off, new Skill.ReportOnly("duplicate_check", true, Map.of()));

    assertThat(result.status()).isEqualTo(ExecutionStatus.SKIPPED);
    assertThat(result.skillsSkipped()).isEqualTo(1);
    assertThat(result.errorCode()).contains("skill_disabled");
  }

  @Test
  void postingLimitsSkipTheNarratives() {
    sentToday = 3;

    ExecutionResult result =
        run(skill("post"), new Skill.RateLimiting("rate_limiting", true, Optional.of(3), 0));

    assertThat(result.status()).isEqualTo(ExecutionStatus.SKIPPED);
    assertThat(result.errorCode()).contains("posting_limit");
    assertThat(engine.model.requests()).isEmpty();
  }

  @Test
  void postingLimitsThatAreNotReachedChangeNothing() {
    sentToday = 2;
    lastSent = Optional.of(NOW.minus(Duration.ofMinutes(61)));

    ExecutionResult result =
        run(new Skill.RateLimiting("rate_limiting", true, Optional.of(3), 60), skill("post"));

    assertThat(result.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
  }

  @Test
  void anIntervalSinceTheLastPostIsKept() {
    lastSent = Optional.of(NOW.minus(Duration.ofMinutes(59)));

    ExecutionResult result =
        run(new Skill.RateLimiting("rate_limiting", true, Optional.empty(), 60), skill("post"));

    assertThat(result.errorMessage().orElse("")).contains("2026-03-04T05:07:07Z");
  }

  @Test
  void aMissingRequiredTableFailsTheRun() {
    knowledge.add(new Knowledge("ideas", true));

    ExecutionResult result = run(skill("first"));

    assertThat(result.errorCode()).contains("knowledge_missing");
    assertThat(engine.model.requests()).isEmpty();
  }

  @Test
  void aMissingOptionalTableIsOnlyMentioned() {
    knowledge.add(new Knowledge("ideas", false));

    ExecutionResult result = run(skill("first"));

    assertThat(result.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(result.metadata()).containsKey("warnings");
  }

  @Test
  void drainingRepeatsUntilTheSourceIsEmpty() {
    policy = policy(true, true, 0, true);
    narrative = narrative("n", act("a", pending("posts"), text("judge")));
    for (int id = 1; id <= 3; id++) {
      engine.tables.row("posts", "{\"id\":" + id + ",\"review_status\":\"pending\"}");
      engine.model.then(
          request -> {
            engine.tables.takeOne("posts");
            return ScriptedModel.response("ok", "m", "stop");
          });
    }

    ExecutionResult result = run(skill("curate"));

    assertThat(result.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(engine.model.requests()).hasSize(3);
  }

  @Test
  void drainingStopsWhenAPassTakesNothingOffTheSource() {
    policy = policy(true, true, 0, true);
    narrative = narrative("n", act("a", pending("posts"), text("judge")));
    engine.tables.row("posts", "{\"id\":1,\"review_status\":\"pending\"}");

    ExecutionResult result = run(skill("curate"));

    assertThat(engine.model.requests()).hasSize(1);
    assertThat(result.metadata().get("warnings").toString()).contains("stalled");
    assertThat(result.metadata()).containsEntry("drain", "stalled");
    assertThat(result.status())
        .as("the pass itself did its work")
        .isEqualTo(ExecutionStatus.SUCCEEDED);
  }

  @Test
  void drainingStopsAtTheMostIterationsAndSaysWhatIsLeft() {
    policy = draining(true, 2);
    queueOf(5);

    ExecutionResult result = run(skill("curate"));

    assertThat(engine.model.requests()).hasSize(2);
    assertThat(result.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(result.metadata()).containsEntry("drain", "max_iterations");
    assertThat(result.metadata().get("warnings").toString()).contains("3 rows are left");
  }

  @Test
  void drainingThatEmptiesItsSourceInTheLastPassWarnsOfNothing() {
    policy = draining(true, 2);
    queueOf(2);

    assertThat(run(skill("curate")).metadata()).doesNotContainKeys("drain", "warnings");
  }

  @Test
  void drainingStopsAtAFailureWithoutContinueOnError() {
    policy = draining(false, 100);
    engine.model.fail(failure(ModelException.Kind.AUTHENTICATION));
    queueOf(3);

    ExecutionResult result = run(skill("curate"));

    assertThat(engine.model.requests()).hasSize(1);
    assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
  }

  @Test
  void drainingStopsAtADailyLimitAlsoWithContinueOnError() {
    policy = draining(true, 100);
    engine.model.fail(
        new ModelException(
            ModelException.Kind.QUOTA_EXHAUSTED, "no", 429, Duration.ofHours(7), null));
    queueOf(3);

    ExecutionResult result = run(skill("curate"));

    assertThat(engine.model.requests()).hasSize(1);
    assertThat(result.failureClass()).contains(FailureClass.QUOTA);
  }

  @Test
  void drainingStopsBetweenPassesWhenTheNodeShutsDown() {
    policy = draining(true, 100);
    engine.model.then(
        request -> {
          engine.tables.takeOne("posts");
          Thread.currentThread().interrupt();
          return ScriptedModel.response("ok", "m", "stop");
        });
    queueOf(3);

    ExecutionResult result = run(skill("curate"));

    assertThat(engine.model.requests()).hasSize(1);
    assertThat(result.status()).isEqualTo(ExecutionStatus.CANCELLED);
  }

  @Test
  void drainingAnEmptySourceIsSkippedWithoutAModelCall() {
    policy = policy(true, true, 0, true);
    narrative = narrative("n", act("a", pending("posts"), text("judge")));
    engine.tables.empty("posts");

    assertThat(run(skill("curate")).status()).isEqualTo(ExecutionStatus.SKIPPED);
    assertThat(engine.model.requests()).isEmpty();
  }

  @Test
  void anInterruptEndsTheRunAsCancelled() {
    Thread.currentThread().interrupt();

    ExecutionResult result = run(skill("first"));

    assertThat(result.status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(engine.model.requests()).isEmpty();
  }

  private ExecutionResult run(Skill... skills) {
    PostHistory posts =
        new PostHistory() {
          @Override
          public int countSince(String actor, Instant since) {
            return sentToday;
          }

          @Override
          public Optional<Instant> lastSent(String actor) {
            return lastSent;
          }
        };
    ActorRunner runner =
        new ActorRunner(
            engine.engine(),
            engine.tables,
            posts,
            new ResiliencePolicies(
                new RetrySettings(Optional.empty(), Optional.empty(), 0.0), () -> 0.5),
            Clock.fixed(NOW, ZoneOffset.UTC));
    return runner.run(
        new ActorRun(
            new ActorDefinition(
                new ActorName("poster"),
                "poster",
                "",
                true,
                new ActorSchedule.Manual("manual"),
                policy,
                BreakerPolicy.DEFAULT,
                new PlatformBinding("discord", Optional.of("9000")),
                knowledge,
                List.of(skills)),
            skill -> narrative,
            EngineFixture.FENCE,
            Map.of(),
            Optional.empty(),
            NarrativeRunner.ProgressListener.NONE,
            MediaFiles.NONE));
  }

  private static Skill skill(String name) {
    return new Skill.NarrativeExecution(
        name, true, "n.toml", Optional.empty(), Optional.empty(), Map.of());
  }

  /** Rows of which each pass takes one. */
  private void queueOf(int rows) {
    narrative = narrative("n", act("a", pending("posts"), text("judge")));
    for (int id = 1; id <= rows; id++) {
      engine.tables.row("posts", "{\"id\":" + id + ",\"review_status\":\"pending\"}");
      engine.model.then(
          request -> {
            engine.tables.takeOne("posts");
            return ScriptedModel.response("ok", "m", "stop");
          });
    }
  }

  private static ExecutionPolicy draining(boolean continueOnError, int most) {
    return new ExecutionPolicy(
        false, continueOnError, 0, Duration.ofSeconds(5), Duration.ofMinutes(1), true, most);
  }

  private static ExecutionPolicy policy(
      boolean stopOnUnrecoverable, boolean continueOnError, int retries, boolean drain) {
    return new ExecutionPolicy(
        stopOnUnrecoverable,
        continueOnError,
        retries,
        Duration.ofSeconds(5),
        Duration.ofMinutes(1),
        drain,
        100);
  }

  private static ModelException failure(ModelException.Kind kind) {
    return new ModelException(kind, "no", 503, null, null);
  }
}
