package io.botticelli.web.app;

import io.botticelli.core.history.Cancellations.Answer;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.node.Workbench;
import io.botticelli.web.api.ExecutionViews.ExecutionView;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code executions cancel ID}: ends a run, on whichever node it is. */
@Command(
    name = "cancel",
    description =
        "Ends a run, on whichever node it is. Exit 0 when it was asked to end, 1 when it is not"
            + " running.")
final class CancelCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(200);

  @Parameters(paramLabel = "ID", description = "Id of the execution.")
  private long id;

  @Option(names = "--wait", description = "Waits until it has ended; Ctrl-C stops waiting.")
  private boolean wait;

  @Mixin private AuthorOption author = new AuthorOption();
  @Mixin private RemoteOptions remote = new RemoteOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    CommandContext context = CommandContext.of(spec);
    remote.check(context);
    try (Signals signals = Signals.install(() -> {});
        Workbench workbench = Workbench.open(context.settings(), false)) {
      Answer answer = workbench.cancellations().request(id, author.get());
      switch (answer) {
        case NOT_FOUND -> {
          context.tell("botticelli: there is no execution " + id + "; see 'executions list'");
          return ExitCodes.FAILED;
        }
        case ENDED -> {
          context.tell("botticelli: " + ended(workbench.history().find(id)));
          return ExitCodes.FAILED;
        }
        case REQUESTED, CANCELLED -> {
          return follow(context, workbench, signals, answer);
        }
      }
      throw new IllegalStateException("every answer is treated above: " + answer);
    }
  }

  private int follow(CommandContext context, Workbench workbench, Signals signals, Answer answer)
      throws InterruptedException {
    Optional<Execution> execution = workbench.history().find(id);
    while (wait && execution.filter(CancelCommand::isRunning).isPresent()) {
      if (signals.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        context.tell("botticelli: interrupted; execution " + id + " is asked to end all the same");
        return ExitCodes.INTERRUPTED;
      }
      execution = workbench.history().find(id);
    }
    if (context.options().isJson()) {
      Object document =
          execution.<Object>map(ExecutionView::of).orElseGet(() -> Map.of("id", Long.toString(id)));
      context.output().json(document);
    } else if (execution.filter(CancelCommand::isRunning).isPresent()) {
      context.output().line("execution " + id + " is asked to end; it does within seconds");
    } else {
      context
          .output()
          .line(
              answer == Answer.CANCELLED
                  ? "execution " + id + " had no living owner and is cancelled"
                  : ended(execution));
    }
    return ExitCodes.OK;
  }

  private static boolean isRunning(Execution execution) {
    return execution.status() == ExecutionStatus.RUNNING;
  }

  private String ended(Optional<Execution> execution) {
    return "execution "
        + id
        + execution.map(run -> " of " + run.fire().actor()).orElse("")
        + " has ended"
        + execution.map(run -> ": " + run.status().stored()).orElse("");
  }
}
