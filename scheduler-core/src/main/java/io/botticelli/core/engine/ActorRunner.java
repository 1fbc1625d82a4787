package io.botticelli.core.engine;

import io.botticelli.core.FailureClass;
import io.botticelli.core.StoreException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ExecutionPolicy;
import io.botticelli.core.actor.Knowledge;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.posting.PostHistory;
import io.botticelli.core.resilience.ResiliencePolicies;
import io.botticelli.core.table.ContentTables;
import io.botticelli.core.table.ContentTables.TableQuery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one fire of an actor: knowledge, posting limits, then the skills in order, with retries and
 * queue draining. Thread-safe; each run stays on its thread.
 */
public final class ActorRunner {
  private static final Logger LOG = LoggerFactory.getLogger(ActorRunner.class);

  private static final Duration DAY = Duration.ofDays(1);

  private final NarrativeRunner narratives;
  private final ContentTables tables;
  private final PostHistory posts;
  private final ResiliencePolicies policies;
  private final Clock clock;
  private final SourceInspector sources = new SourceInspector();

  public ActorRunner(
      NarrativeRunner narratives,
      ContentTables tables,
      PostHistory posts,
      ResiliencePolicies policies,
      Clock clock) {
    this.narratives = narratives;
    this.tables = tables;
    this.posts = posts;
    this.policies = policies;
    this.clock = clock;
  }

  /**
   * Runs an actor. Any failed skill makes the run {@code FAILED}; one in which every skill was
   * skipped or found nothing to do is {@code SKIPPED}; an interrupt makes it {@code CANCELLED}.
   *
   * @throws io.botticelli.core.StaleExecutionException if the execution was taken over
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public ExecutionResult run(ActorRun run) {
    SkillTally tally = new SkillTally();
    if (!checkKnowledge(run.actor(), tally)) {
      return tally.result();
    }
    Optional<String> limit = exceededLimit(run.actor());
    List<Skill> skills = run.actor().skills();
    for (int index = 0; index < skills.size(); index++) {
      Skill skill = skills.get(index);
      if (Thread.currentThread().isInterrupted()) {
        tally.cancelled(skill.name());
        break;
      }
      if (!skill.enabled()) {
        tally.skipped(skill.name(), "skill_disabled", "the skill is switched off");
      } else if (skill instanceof Skill.NarrativeExecution narrative) {
        boolean goOn = true;
        if (limit.isPresent()) {
          tally.skipped(skill.name(), "posting_limit", limit.get());
        } else {
          goOn = runNarrative(run, narrative, "s" + index, tally);
        }
        if (!goOn) {
          break;
        }
      } else if (skill instanceof Skill.ReportOnly) {
        LOG.info("skill {} is reporting only in this version", skill.name());
        tally.warn("skill " + skill.name() + " has no effect in this version");
      }
    }
    return tally.result();
  }

  /** Returns false when a table that is required is missing. */
  private boolean checkKnowledge(ActorDefinition actor, SkillTally tally) {
    for (Knowledge knowledge : actor.knowledge()) {
      if (tables.describe(knowledge.table()).isEmpty()) {
        String text =
            "table " + knowledge.table() + " does not exist yet; it is created by the first rows";
        if (knowledge.required()) {
          tally.failed("knowledge", "knowledge_missing", text);
          return false;
        }
        LOG.warn("knowledge: {}", text);
        tally.warn(text);
      }
    }
    return true;
  }

  /** Limits hold for the actor, wherever in the file the skill stands. */
  private Optional<String> exceededLimit(ActorDefinition actor) {
    Instant now = clock.instant();
    for (Skill skill : actor.skills()) {
      if (skill.enabled() && skill instanceof Skill.RateLimiting limits) {
        Optional<String> exceeded = exceeded(actor.name().value(), limits, now);
        if (exceeded.isPresent()) {
          return exceeded;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> exceeded(String actor, Skill.RateLimiting limits, Instant now) {
    if (limits.maxPostsPerDay().isPresent()) {
      int sent = posts.countSince(actor, now.minus(DAY));
      if (sent >= limits.maxPostsPerDay().get()) {
        return Optional.of(
            "the actor posted "
                + sent
                + " messages in 24 hours, its limit is "
                + limits.maxPostsPerDay().get());
      }
    }
    if (limits.minIntervalMinutes() > 0) {
      Optional<Instant> next =
          posts
              .lastSent(actor)
              .map(last -> last.plus(Duration.ofMinutes(limits.minIntervalMinutes())))
              .filter(allowed -> allowed.isAfter(now));
      if (next.isPresent()) {
        return Optional.of(
            "the actor posted less than "
                + limits.minIntervalMinutes()
                + " minutes ago, it may post again at "
                + next.get());
      }
    }
    return Optional.empty();
  }

  /** Returns false when the run must end here. */
  private boolean runNarrative(
      ActorRun run, Skill.NarrativeExecution skill, String scope, SkillTally tally) {
    Narrative narrative = run.narratives().apply(skill);
    try {
      RunResult result =
          run.actor().execution().drainQueue()
              ? drain(run, skill, narrative, scope, tally)
              : once(run, skill, narrative, scope, tally);
      return judge(run.actor().execution(), skill, result, tally);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      tally.cancelled(skill.name());
      return false;
    }
  }

  private static boolean judge(
      ExecutionPolicy policy, Skill skill, RunResult result, SkillTally tally) {
    switch (result.status()) {
      case COMPLETED -> {
        if (result.contentFailed()) {
          tally.failed(
              skill.name(),
              "content_not_stored",
              "the narrative ran but its rows could not be stored; see the run's acts");
        } else {
          tally.succeeded(skill.name());
          return true;
        }
      }
      case SKIPPED -> {
        tally.skipped(
            skill.name(),
            result.errorCode().orElse("empty_source"),
            result.errorMessage().orElse("there was nothing to do"));
        return true;
      }
      case CANCELLED -> {
        tally.cancelled(skill.name());
        return false;
      }
      case WAITING_APPROVAL -> {
        tally.waiting(skill.name(), result.errorMessage().orElse("a command waits for a person"));
        return true;
      }
      case FAILED -> tally.failed(skill.name(), result);
    }
    boolean unrecoverable = result.status() == Status.FAILED && !result.retryable();
    return policy.continueOnError() && !(policy.stopOnUnrecoverable() && unrecoverable);
  }

  private RunResult once(
      ActorRun run,
      Skill.NarrativeExecution skill,
      Narrative narrative,
      String scope,
      SkillTally tally)
      throws InterruptedException {
    ExecutionPolicy policy = run.actor().execution();
    RunRequest request = request(run, skill, narrative, scope);
    return policies.retrySkill(
        policy.maxRetries(),
        policy.retryDelay(),
        result -> result.status() == Status.FAILED && result.retryable(),
        RunResult::retryAfterMs,
        () -> {
          RunResult result = attempt(request);
          tally.add(result);
          return result;
        });
  }

  /** A database that is away for a moment is one of the failures that may pass. */
  private RunResult attempt(RunRequest request) {
    try {
      return narratives.run(request);
    } catch (StoreException failure) {
      if (!failure.isRetryable()) {
        throw failure;
      }
      LOG.warn("the database is away in the middle of a run: {}", failure.getMessage());
      return ended(Status.FAILED, failure.code(), String.valueOf(failure.getMessage()), true);
    }
  }

  /**
   * Repeats a narrative while its source has rows. A pass that takes nothing off the source ends
   * it, because the next one would not either.
   *
   * @return the result that decides: the failure, else the last pass
   */
  private RunResult drain(
      ActorRun run,
      Skill.NarrativeExecution skill,
      Narrative narrative,
      String scope,
      SkillTally tally)
      throws InterruptedException {
    List<TableQuery> queries = sources.sources(narrative);
    if (queries.isEmpty()) {
      tally.warn("narrative " + narrative.name() + " has no source table to drain; it runs once");
      return once(run, skill, narrative, scope, tally);
    }
    long left = count(queries);
    if (left == 0) {
      return nothingToDo(narrative);
    }
    RunResult last = nothingToDo(narrative);
    boolean completed = false;
    RunResult failure = null;
    int most = run.actor().execution().maxIterations();
    for (int pass = 1; pass <= most; pass++) {
      last = once(run, skill, narrative, scope + "p" + pass, tally);
      if (last.status() == Status.CANCELLED || last.status() == Status.WAITING_APPROVAL) {
        return last;
      }
      completed |= last.status() == Status.COMPLETED;
      if (last.status() == Status.FAILED || last.contentFailed()) {
        failure = failure == null ? last : failure;
        if (!run.actor().execution().continueOnError() || isDailyLimit(last)) {
          return failure;
        }
      }
      long now = count(queries);
      if (now == 0) {
        break;
      }
      if (now >= left) {
        tally.drainEnded(
            "stalled",
            "pass "
                + pass
                + " of narrative "
                + narrative.name()
                + " took nothing off its source, "
                + now
                + " rows are left");
        break;
      }
      left = now;
      if (pass == most) {
        tally.drainEnded(
            "max_iterations",
            "narrative " + narrative.name() + " ran " + most + " times, " + now + " rows are left");
      } else if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException("interrupted between passes");
      }
    }
    if (failure != null) {
      return failure;
    }
    return completed && last.status() == Status.SKIPPED ? as(last, Status.COMPLETED) : last;
  }

  private long count(List<TableQuery> queries) {
    return queries.stream().mapToLong(tables::count).sum();
  }

  private static boolean isDailyLimit(RunResult result) {
    return result.errorCode().map(Passes.DAILY_LIMITS::contains).orElse(false);
  }

  private static RunRequest request(
      ActorRun run, Skill.NarrativeExecution skill, Narrative narrative, String scope) {
    Map<String, String> variables = new HashMap<>(skill.variables());
    variables.putAll(run.parameters());
    return new RunRequest(
        narrative,
        run.fence(),
        run.actor().name().value(),
        run.actor().platform().type(),
        run.actor().platform().channelId(),
        skill.model(),
        run.overrideModel(),
        variables,
        true,
        run.listener(),
        scope,
        run.mediaFiles());
  }

  private static RunResult nothingToDo(Narrative narrative) {
    return ended(
        Status.SKIPPED,
        "empty_source",
        "the source of narrative " + narrative.name() + " has no rows",
        false);
  }

  private static RunResult ended(Status status, String code, String message, boolean retryable) {
    return new RunResult(
        status,
        "",
        "",
        Optional.of(code),
        Optional.of(message),
        retryable,
        0,
        false,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        FailureClass.TRANSIENT);
  }

  private static RunResult as(RunResult result, Status status) {
    return new RunResult(
        status,
        result.runId(),
        result.response(),
        Optional.empty(),
        Optional.empty(),
        false,
        0,
        result.contentFailed(),
        result.modelCalls(),
        result.rowsStored(),
        result.postsSent(),
        result.tokensIn(),
        result.tokensOut(),
        result.iterationsCompleted(),
        result.iterationsFailed(),
        result.failureClass());
  }
}
