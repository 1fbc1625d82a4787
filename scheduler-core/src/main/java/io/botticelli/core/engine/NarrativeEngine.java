package io.botticelli.core.engine;

import io.botticelli.core.FailureClass;
import io.botticelli.core.security.SecurityMode;
import java.util.Optional;

/**
 * Runs narratives over the engine's ports. Thread-safe; keeps nothing between runs, so that any
 * node can run any narrative.
 */
public final class NarrativeEngine implements NarrativeRunner {
  private final Passes passes;

  /** Builds an engine. */
  public NarrativeEngine(EnginePorts ports, EngineSettings settings) {
    JsonExtractor extractor = new JsonExtractor();
    Commands commands = new Commands(ports.platforms());
    NarrativeAnalysis analysis = new NarrativeAnalysis(commands);
    Placeholders placeholders = new Placeholders(ports.state(), ports.environment(), ports.clock());
    Arguments arguments = new Arguments(placeholders);
    StateCapture capture =
        new StateCapture(ports.state(), ports.security().mode() != SecurityMode.DRY_RUN);
    CommandCalls calls =
        new CommandCalls(
            commands,
            arguments,
            new MessageSends(ports.posts(), analysis),
            new TableUpdates(ports.tables()),
            capture,
            new CommandGuard(ports.security()),
            ports.clock());
    InputProcessor inputs =
        new InputProcessor(
            placeholders,
            new TableReads(ports.tables(), arguments, analysis),
            calls,
            new SchemaPrompts(ports.tables()),
            analysis,
            ports.media());
    ActProcessor acts =
        new ActProcessor(
            inputs,
            new ModelTurns(ports.models(), ports.calls(), settings.modelTimeout()),
            new ContentStorage(ports.tables(), extractor),
            capture,
            analysis,
            ports.recorder(),
            extractor,
            settings.actTimeout());
    this.passes = new Passes(acts, ports.recorder(), ports.tables(), ports.runIds(), settings);
  }

  @Override
  public RunResult run(RunRequest request) {
    RunSession session = new RunSession(request);
    Passes.Outcome outcome = passes.run(session, request.narrative());
    Optional<RunEndedException> ending = Optional.ofNullable(outcome.ending());
    return new RunResult(
        outcome.status(),
        outcome.runId(),
        outcome.response(),
        ending.map(RunEndedException::code),
        ending.map(Throwable::getMessage),
        ending.map(RunEndedException::isRetryable).orElse(false),
        ending.map(RunEndedException::retryAfterMs).orElse(0L),
        outcome.contentFailed(),
        session.modelCalls(),
        session.rowsStored(),
        session.postsSent(),
        session.tokensIn(),
        session.tokensOut(),
        outcome.completed(),
        outcome.failed(),
        ending.map(RunEndedException::failureClass).orElse(FailureClass.TRANSIENT));
  }
}
