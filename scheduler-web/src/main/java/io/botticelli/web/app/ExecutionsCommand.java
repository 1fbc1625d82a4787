package io.botticelli.web.app;

import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.history.ExecutionStatus;
import io.botticelli.core.node.Workbench;
import io.botticelli.web.api.ExecutionViews.ActView;
import io.botticelli.web.api.ExecutionViews.ExecutionDetail;
import io.botticelli.web.api.ExecutionViews.ExecutionView;
import io.botticelli.web.api.ExecutionViews.RunView;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code executions}: what became of every fire. */
@Command(
    name = "executions",
    description = "Shows the history, and ends runs.",
    subcommands = {
      ExecutionsCommand.ListExecutions.class,
      ExecutionsCommand.Show.class,
      CancelCommand.class,
      ReplayCommand.class
    })
final class ExecutionsCommand implements Runnable {
  private static final int WIDEST = 60;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, show, cancel or replay is missing");
  }

  /** Prints executions as a table. */
  static void print(Output output, List<ExecutionView> executions) {
    output.table(
        List.of("id", "actor", "status", "started", "ms", "trigger", "node", "message"),
        executions.stream()
            .map(
                view ->
                    List.of(
                        view.id(),
                        view.actorName(),
                        view.status(),
                        Output.time(view.startedAt()),
                        view.durationMs().map(String::valueOf).orElse("-"),
                        view.trigger() + (view.attempt() > 1 ? " #" + view.attempt() : ""),
                        view.node(),
                        view.errorMessage().orElse("")))
            .toList(),
        WIDEST);
  }

  /** {@code executions list}. */
  @Command(name = "list", description = "Lists executions, newest first.")
  static final class ListExecutions implements Callable<Integer> {
    @Option(names = "--actor", paramLabel = "NAME", description = "Only this actor.")
    private @Nullable String actor;

    @Option(
        names = "--status",
        paramLabel = "STATUS",
        description =
            "running, succeeded, failed, skipped, abandoned, cancelled, missed or"
                + " waiting_approval.")
    private @Nullable String status;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "1..500; default ${DEFAULT-VALUE}.")
    private int limit;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      Filter filter =
          new Filter(
              Optional.ofNullable(actor).map(name -> ActorArgument.parse(spec, name)),
              Optional.ofNullable(status).map(this::statusOf),
              Optional.empty(),
              Optional.empty(),
              Limits.check(spec, limit, 500),
              Optional.empty());
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        List<Execution> executions = workbench.history().list(filter);
        if (context.options().isJson()) {
          context
              .output()
              .json(Map.of("items", executions.stream().map(ExecutionView::of).toList()));
        } else if (executions.isEmpty()) {
          context.output().line("No executions.");
        } else {
          print(context.output(), executions.stream().map(ExecutionView::of).toList());
        }
      }
      return ExitCodes.OK;
    }

    private ExecutionStatus statusOf(String name) {
      try {
        return ExecutionStatus.ofStored(name);
      } catch (IllegalArgumentException unknown) {
        throw new ParameterException(
            spec.commandLine(),
            "--status is "
                + name
                + ", expected running, succeeded, failed, skipped, abandoned, cancelled, missed or"
                + " waiting_approval");
      }
    }
  }

  /** {@code executions show ID}. */
  @Command(name = "show", description = "Shows one execution with its narratives and acts.")
  static final class Show implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "Id of the execution.")
    private long id;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        Optional<Execution> found = workbench.history().find(id);
        if (found.isEmpty()) {
          context.tell("botticelli: there is no execution " + id + "; see 'executions list'");
          return ExitCodes.FAILED;
        }
        ExecutionDetail detail =
            new ExecutionDetail(
                ExecutionView.of(found.get()),
                workbench.history().listRuns(id).stream().map(RunView::of).toList());
        if (context.options().isJson()) {
          context.output().json(detail);
        } else {
          print(context.output(), detail);
        }
      }
      return ExitCodes.OK;
    }

    private static void print(Output output, ExecutionDetail detail) {
      ExecutionView view = detail.execution();
      output.line(
          String.format(
              Locale.ROOT,
              "execution %s of %s: %s%s",
              view.id(),
              view.actorName(),
              view.status(),
              view.errorMessage().map(message -> " (" + message + ")").orElse("")));
      output.line(
          "  "
              + view.trigger()
              + " for "
              + Output.time(view.scheduledFor())
              + ", attempt "
              + view.attempt()
              + " on "
              + view.node()
              + view.durationMs().map(ms -> ", " + ms + " ms").orElse("")
              + ", tokens "
              + view.tokensIn()
              + " in "
              + view.tokensOut()
              + " out");
      for (RunView run : detail.narratives()) {
        output.line("");
        output.line(
            "narrative "
                + run.narrative()
                + (run.iteration() > 0 ? " #" + run.iteration() : "")
                + ": "
                + run.status()
                + run.error().map(error -> " (" + error + ")").orElse(""));
        run.acts().forEach(act -> print(output, act));
      }
    }

    private static void print(Output output, ActView act) {
      output.line(
          String.format(
              Locale.ROOT,
              "  %d %s: %s, %s, %d ms%s%s",
              act.sequence() + 1,
              act.name(),
              act.status(),
              act.model().orElse("no model"),
              act.durationMs(),
              act.rowsStored() > 0 ? ", " + act.rowsStored() + " rows stored" : "",
              act.promptHash().map(hash -> ", prompt " + hash.substring(0, 12)).orElse("")));
      act.response().lines().forEach(line -> output.line("      " + line));
    }
  }
}
