package io.botticelli.core.engine;

import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.history.RunRecorder;
import io.botticelli.core.narrative.Carousel;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.security.PolicyInForce;
import io.botticelli.core.table.ContentTables;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a narrative pass by pass, top level or nested. */
final class Passes implements NestedRuns {
  /** End a carousel even where it goes on after errors: no pass can succeed before tomorrow. */
  static final Set<String> DAILY_LIMITS = Set.of("daily_limit", "model_quota_exhausted");

  private final ActProcessor acts;
  private final RunRecorder recorder;
  private final ContentTables tables;
  private final Supplier<String> runIds;
  private final EngineSettings settings;

  Passes(
      ActProcessor acts,
      RunRecorder recorder,
      ContentTables tables,
      Supplier<String> runIds,
      EngineSettings settings) {
    this.acts = acts;
    this.recorder = recorder;
    this.tables = tables;
    this.runIds = runIds;
    this.settings = settings;
  }

  /**
   * How all passes of a narrative ended.
   *
   * @param runId of the last pass
   * @param response of the last pass that completed, "" if none did
   * @param ending of the pass that decided the status, or null
   */
  record Outcome(
      Status status,
      String runId,
      String response,
      @Nullable RunEndedException ending,
      boolean contentFailed,
      int completed,
      int failed) {}

  /** Where a narrative runs. */
  private record Frame(
      RunSession session,
      Narrative narrative,
      Optional<String> parentRunId,
      int depth,
      String path,
      List<PolicyInForce> outerPolicies) {}

  @Override
  public Nested run(Narrative narrative, Pass parent, String place) {
    int depth = parent.depth() + 1;
    if (depth >= settings.maxDepth()) {
      throw RunEndedException.failed(
          "narrative_too_deep",
          "narrative "
              + narrative.name()
              + " would be nested deeper than "
              + settings.maxDepth()
              + " levels");
    }
    Outcome outcome =
        run(
            new Frame(
                parent.session(),
                narrative,
                Optional.of(parent.runId()),
                depth,
                parent.path() + "/" + place + "/" + narrative.name(),
                parent.ownPolicies()));
    if (outcome.contentFailed()) {
      parent.markContentFailed();
    }
    RunEndedException ending = outcome.ending();
    if (ending != null && outcome.status() != Status.SKIPPED) {
      throw ending;
    }
    return new Nested(outcome.response(), outcome.status() == Status.SKIPPED);
  }

  /**
   * Runs the narrative a request asks for.
   *
   * @throws StaleExecutionException if the execution was taken over
   * @throws io.botticelli.core.StoreException if the database is away
   */
  Outcome run(RunSession session, Narrative narrative) {
    String scope = session.request().scope();
    String path = scope.isEmpty() ? narrative.name() : scope + "/" + narrative.name();
    return run(new Frame(session, narrative, Optional.empty(), 0, path, List.of()));
  }

  private Outcome run(Frame frame) {
    Optional<Carousel> carousel = frame.narrative().carousel();
    int iterations = carousel.map(Carousel::iterations).orElse(1);
    boolean goOn = carousel.map(Carousel::continueOnError).orElse(false);
    String runId = "";
    String response = "";
    boolean contentFailed = false;
    int completed = 0;
    int failed = 0;
    RunEndedException stopped = null;
    RunEndedException lastFailure = null;
    for (int iteration = 1; iteration <= iterations && stopped == null; iteration++) {
      String path = frame.path() + (carousel.isPresent() ? "#" + iteration : "");
      Pass pass = pass(frame, path, iteration, iterations);
      runId = pass.runId();
      RunEndedException ending = runPass(pass, carousel.isPresent() ? iteration : 0);
      contentFailed |= pass.contentFailed();
      if (ending == null) {
        completed++;
        response = pass.previous().map(ActResult::response).orElse("");
      } else if (ending.status() == Status.FAILED) {
        failed++;
        lastFailure = ending;
        stopped = goOn && !DAILY_LIMITS.contains(ending.code()) ? null : ending;
      } else {
        stopped = ending;
      }
    }
    return outcome(
        new Outcome(Status.COMPLETED, runId, response, stopped, contentFailed, completed, failed),
        lastFailure,
        goOn);
  }

  /** Decides how the narrative ended from how its passes did. */
  private static Outcome outcome(
      Outcome passes, @Nullable RunEndedException lastFailure, boolean goOn) {
    RunEndedException stopped = passes.ending();
    RunEndedException deciding = null;
    if (stopped != null
        && (stopped.status() == Status.CANCELLED || stopped.status() == Status.WAITING_APPROVAL)) {
      deciding = stopped;
    } else if (passes.completed() > 0) {
      deciding = goOn ? null : lastFailure;
    } else {
      deciding = lastFailure != null ? lastFailure : stopped;
    }
    return new Outcome(
        deciding == null ? Status.COMPLETED : deciding.status(),
        passes.runId(),
        deciding != null && deciding.status() == Status.WAITING_APPROVAL
            ? deciding.response()
            : passes.response(),
        deciding,
        passes.contentFailed(),
        passes.completed(),
        passes.failed());
  }

  private Pass pass(Frame frame, String path, int iteration, int iterations) {
    return new Pass(
        frame.session(),
        frame.narrative(),
        runIds.get(),
        frame.parentRunId(),
        frame.depth(),
        path,
        iteration,
        iterations,
        settings.autoSummaryBytes(),
        frame.outerPolicies());
  }

  private @Nullable RunEndedException runPass(Pass pass, int recordedIteration) {
    Narrative narrative = pass.narrative();
    pass.session()
        .request()
        .listener()
        .iterationStarted(narrative.name(), pass.depth(), pass.iteration(), pass.iterations());
    if (Thread.currentThread().isInterrupted()) {
      return RunEndedException.cancelled("narrative " + narrative.name() + ": not started", null);
    }
    recorder.startRun(
        pass.session().fence(),
        pass.runId(),
        pass.parentRunId(),
        narrative.name(),
        narrative.description(),
        narrative.file(),
        recordedIteration);
    RunEndedException ending = null;
    try {
      for (int sequence = 0; sequence < narrative.acts().size(); sequence++) {
        acts.execute(pass, sequence, this);
      }
    } catch (RunEndedException ended) {
      ending = ended;
    } catch (StaleExecutionException stale) {
      throw stale;
    } catch (RuntimeException broken) {
      closeBroken(pass, broken);
      throw broken;
    }
    RunEndedException result = ending;
    Uninterrupted.run(() -> finish(pass, result));
    return result;
  }

  private void finish(Pass pass, @Nullable RunEndedException ending) {
    // A retry must see the same rows: claims of a pass that may be tried again end with the
    // execution.
    if (ending == null || !ending.isRetryable()) {
      tables.settleClaims(
          pass.session().fence(),
          pass.claimScope(),
          // What a dry run only pretended to publish stays where it is.
          ending == null && !pass.contentFailed() && !pass.session().hasDryRun());
    }
    recorder.finishRun(
        pass.session().fence(),
        pass.runId(),
        ending == null ? "completed" : ending.status().name().toLowerCase(Locale.ROOT),
        contentStatus(pass),
        Optional.ofNullable(ending).map(Throwable::getMessage));
  }

  /** The database is away or something is broken: frees and records what can be. */
  private void closeBroken(Pass pass, RuntimeException broken) {
    Uninterrupted.run(
        () -> {
          attempt(
              broken, () -> tables.settleClaims(pass.session().fence(), pass.claimScope(), false));
          attempt(
              broken,
              () ->
                  recorder.finishRun(
                      pass.session().fence(),
                      pass.runId(),
                      "failed",
                      contentStatus(pass),
                      Optional.of(String.valueOf(broken.getMessage()))));
        });
  }

  private static void attempt(RuntimeException broken, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException alsoBroken) {
      broken.addSuppressed(alsoBroken);
    }
  }

  private static String contentStatus(Pass pass) {
    if (pass.contentFailed()) {
      return "failed";
    }
    return pass.contentStored() ? "stored" : "none";
  }
}
