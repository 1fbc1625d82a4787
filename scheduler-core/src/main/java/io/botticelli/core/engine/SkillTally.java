package io.botticelli.core.engine;

import io.botticelli.core.FailureClass;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.history.ExecutionHistory.ExecutionResult;
import io.botticelli.core.history.ExecutionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Adds up what the skills of one run did; used by one thread. */
final class SkillTally {
  private final List<String> runIds = new ArrayList<>();
  private final List<Map<String, Object>> skills = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private int succeeded;
  private int failed;
  private int skipped;
  private long tokensIn;
  private long tokensOut;
  private int rows;
  private int posts;
  private int modelCalls;
  private boolean cancelled;
  private @Nullable String waiting;
  private @Nullable String code;
  private @Nullable String message;
  private FailureClass failureClass = FailureClass.TRANSIENT;
  private long quotaWaitMs;
  private @Nullable String drain;
  private @Nullable String skipCode;
  private @Nullable String skipMessage;

  /** Adds one pass of a narrative; its verdict is told separately. */
  void add(RunResult result) {
    if (!result.runId().isEmpty()) {
      runIds.add(result.runId());
    }
    tokensIn += Math.max(0, result.tokensIn());
    tokensOut += Math.max(0, result.tokensOut());
    rows += result.rowsStored();
    posts += result.postsSent();
    modelCalls += result.modelCalls();
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  /**
   * Notes that draining ended although its source still had rows.
   *
   * @param why {@code stalled} or {@code max_iterations}
   */
  void drainEnded(String why, String warning) {
    drain = why;
    warn(why + ": " + warning);
  }

  void succeeded(String skill) {
    succeeded++;
    note(skill, "succeeded", "", "");
  }

  void skipped(String skill, String why, String text) {
    skipped++;
    if (skipCode == null) {
      skipCode = why;
      skipMessage = text;
    }
    note(skill, "skipped", why, text);
  }

  /** The first failure is the one people see first. */
  void failed(String skill, String why, String text) {
    failed++;
    if (code == null) {
      code = why;
      message = text;
    }
    note(skill, "failed", why, text);
  }

  /** As {@link #failed(String, String, String)}; the most severe failure decides the class. */
  void failed(String skill, RunResult result) {
    failed(
        skill,
        result.errorCode().orElse("narrative_failed"),
        result.errorMessage().orElse("the narrative failed"));
    failureClass = failureClass.or(result.failureClass());
    if (result.failureClass() == FailureClass.QUOTA) {
      quotaWaitMs = Math.max(quotaWaitMs, result.retryAfterMs());
    }
  }

  /** A command of the skill waits for a person. */
  void waiting(String skill, String text) {
    if (waiting == null) {
      waiting = text;
    }
    note(skill, "waiting_approval", "approval_pending", text);
  }

  void cancelled(String skill) {
    cancelled = true;
    note(skill, "cancelled", "cancelled", "");
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Any failed skill fails the run; a run in which nothing happened is skipped. */
  ExecutionResult result() {
    ExecutionStatus status;
    Optional<String> shownCode = Optional.empty();
    Optional<String> shownMessage = Optional.empty();
    if (cancelled) {
      status = ExecutionStatus.CANCELLED;
      shownCode = Optional.of("cancelled");
      shownMessage = Optional.of("the run was interrupted");
    } else if (failed > 0) {
      status = ExecutionStatus.FAILED;
      shownCode = Optional.ofNullable(code);
      shownMessage = Optional.ofNullable(message);
    } else if (waiting != null) {
      status = ExecutionStatus.WAITING_APPROVAL;
      shownCode = Optional.of("approval_pending");
      shownMessage = Optional.of(waiting);
    } else if (succeeded > 0) {
      status = ExecutionStatus.SUCCEEDED;
    } else {
      status = ExecutionStatus.SKIPPED;
      shownCode = Optional.of(skipCode == null ? "no_skills" : skipCode);
      shownMessage = Optional.of(skipMessage == null ? "the actor has no skills" : skipMessage);
    }
    return new ExecutionResult(
        status,
        shownCode,
        shownMessage,
        succeeded,
        failed,
        skipped,
        tokensIn,
        tokensOut,
        metadata(),
        Optional.of(failureClass),
        quotaWaitMs > 0 ? Optional.of(Duration.ofMillis(quotaWaitMs)) : Optional.empty());
  }

  private Map<String, Object> metadata() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("run_ids", List.copyOf(runIds));
    facts.put("rows_stored", rows);
    facts.put("posts_sent", posts);
    facts.put("model_calls", modelCalls);
    facts.put("skills", List.copyOf(skills));
    if (!warnings.isEmpty()) {
      facts.put("warnings", List.copyOf(warnings));
    }
    if (drain != null) {
      facts.put("drain", drain);
    }
    return facts;
  }

  private void note(String skill, String status, String why, String text) {
    Map<String, Object> fact = new LinkedHashMap<>();
    fact.put("skill", skill);
    fact.put("status", status);
    if (!why.isEmpty()) {
      fact.put("code", why);
    }
    if (!text.isEmpty()) {
      fact.put("message", text);
    }
    skills.add(fact);
  }
}
