package io.botticelli.web.app;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.node.Replay;
import io.botticelli.core.node.Workbench;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code executions replay ID}: recorded prompts, asked again. */
@Command(
    name = "replay",
    description =
        "Sends the recorded prompts of an execution again and shows both answers; posts and stores"
            + " nothing.")
final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "Id of the execution.")
  private long id;

  @Option(names = "--act", paramLabel = "NAME", description = "Only acts of this name.")
  private @Nullable String act;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "Model to ask, instead of the one that answered then.")
  private @Nullable String model;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandContext context = CommandContext.of(spec);
    Thread runner = Thread.currentThread();
    try (Signals signals = Signals.install(runner::interrupt);
        Workbench workbench = Workbench.open(context.settings(), false)) {
      Replay replay;
      try {
        replay = workbench.replay(id, Optional.ofNullable(act), Optional.ofNullable(model));
      } catch (ActorServerException failure) {
        if (runner.isInterrupted() || signals.isStopping()) {
          throw new CommandException("interrupted", "interrupted before the replay ended", failure);
        }
        throw failure;
      } finally {
        // What was asked for is done; the caller's thread goes on.
        if (signals.isStopping()) {
          Thread.interrupted();
        }
      }
      if (context.options().isJson()) {
        context.output().json(View.of(replay));
      } else {
        replay.answers().forEach(answer -> print(context.output(), answer));
        context
            .output()
            .line(
                "replay of execution "
                    + replay.replayOf()
                    + " is execution "
                    + replay.executionId()
                    + "; nothing was posted or stored");
      }
      return replay.isComplete() ? ExitCodes.OK : ExitCodes.FAILED;
    }
  }

  private static void print(Output output, Replay.Answer answer) {
    output.line(
        String.format(
            Locale.ROOT,
            "%s%s, act %s: %s",
            answer.narrative(),
            answer.iteration() > 0 ? " #" + answer.iteration() : "",
            answer.recorded().name(),
            answer
                .error()
                .map(error -> "failed (" + error + ")")
                .orElse(isSame(answer) ? "same answer" : "another answer")));
    SideBySide.lines(
            "then: " + answer.recorded().model().orElse("-"),
            answer.recorded().response(),
            "now: " + answer.model().orElse("-"),
            answer.response().orElse(""))
        .forEach(line -> output.line("  " + line));
    output.line("");
  }

  private static boolean isSame(Replay.Answer answer) {
    return answer.response().equals(Optional.of(answer.recorded().response()));
  }

  private record View(String replayOf, String executionId, List<AnswerView> acts) {
    static View of(Replay replay) {
      return new View(
          Long.toString(replay.replayOf()),
          Long.toString(replay.executionId()),
          replay.answers().stream().map(AnswerView::of).toList());
    }
  }

  private record AnswerView(
      String runId,
      String narrative,
      int iteration,
      String act,
      Optional<String> promptHash,
      Optional<String> oldModel,
      String oldResponse,
      Optional<String> newModel,
      Optional<String> newResponse,
      boolean same,
      Optional<String> error,
      long durationMs) {
    static AnswerView of(Replay.Answer answer) {
      return new AnswerView(
          answer.runId(),
          answer.narrative(),
          answer.iteration(),
          answer.recorded().name(),
          answer.recorded().promptHash(),
          answer.recorded().model(),
          answer.recorded().response(),
          answer.model(),
          answer.response(),
          isSame(answer),
          answer.error(),
          answer.durationMs());
    }
  }
}
