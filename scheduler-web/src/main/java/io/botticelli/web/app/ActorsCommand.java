package io.botticelli.web.app;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.config.ConfigException;
import io.botticelli.core.history.ActorStates.ActorState;
import io.botticelli.core.history.ClusterPause;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.ExecutionHistory.Filter;
import io.botticelli.core.node.Workbench;
import io.botticelli.core.scheduling.PlannedFire;
import io.botticelli.web.api.ActorDetailView;
import io.botticelli.web.api.ActorView;
import io.botticelli.web.api.ClusterPauseView;
import io.botticelli.web.api.ExecutionViews.ExecutionView;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code actors}: what runs, and what a person may do to it. */
@Command(
    name = "actors",
    description = "Shows and controls actors, straight through the database.",
    subcommands = {
      ActorsCommand.ListActors.class,
      ActorsCommand.Show.class,
      ActorPauseCommands.Pause.class,
      ActorPauseCommands.Resume.class,
      ActorPauseCommands.ResetBreaker.class,
      ActorsCommand.Next.class,
      ActorsCommand.History.class,
      TriggerCommand.class
    })
final class ActorsCommand implements Runnable {
  private static final List<String> STATES =
      List.of("active", "running", "paused", "circuit_open", "half_open", "error", "disabled");

  private static final int WIDEST = 60;

  /** Executions that {@code show} looks at. */
  private static final int RECENT = 10;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "list, show, pause, resume, reset-breaker, next, history or trigger is missing");
  }

  /** Returns an actor as it is now. */
  static ActorView view(Workbench workbench, ActorName actor) {
    return ActorView.of(workbench.control().get(actor), workbench.clusterControl().pause());
  }

  private static List<Execution> recent(Workbench workbench, ActorName actor, int limit) {
    return workbench
        .history()
        .list(
            new Filter(
                Optional.of(actor),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                limit,
                Optional.empty()));
  }

  /** {@code actors list}. */
  @Command(name = "list", description = "Lists actors by name.")
  static final class ListActors implements Callable<Integer> {
    @Option(
        names = "--state",
        paramLabel = "STATE",
        description =
            "Only those that are active, running, paused, circuit_open, half_open, error or"
                + " disabled.")
    private @Nullable String state;

    @Option(
        names = {"-q", "--query"},
        paramLabel = "TEXT",
        description = "Only those with this in name or description.")
    private String query = "";

    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      if (state != null && !STATES.contains(state)) {
        throw new ParameterException(
            spec.commandLine(),
            "--state is " + state + ", expected one of " + String.join(", ", STATES));
      }
      CommandContext context = CommandContext.of(spec);
      remote.check(context);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        ClusterPause.State cluster = workbench.clusterPause().current();
        List<ActorView> actors =
            workbench.states().list().stream()
                .map(actor -> ActorView.of(actor, cluster))
                .filter(actor -> state == null || actor.state().equals(state))
                .filter(this::isAskedFor)
                .toList();
        if (context.options().isJson()) {
          context
              .output()
              .json(new ActorList(actors, Optional.empty(), ClusterPauseView.of(cluster)));
        } else {
          ClusterCommand.warnIfPaused(context.output(), ClusterPauseView.of(cluster));
          print(context.output(), actors);
        }
      }
      return ExitCodes.OK;
    }

    private boolean isAskedFor(ActorView actor) {
      String wanted = query.toLowerCase(Locale.ROOT);
      return (actor.name() + "\n" + actor.displayName() + "\n" + actor.description())
          .toLowerCase(Locale.ROOT)
          .contains(wanted);
    }

    private void print(Output output, List<ActorView> actors) {
      if (actors.isEmpty()) {
        output.line(
            state == null && query.isEmpty()
                ? "No actors; a node brings them with the working set it applies (serve)."
                : "No actors match.");
        return;
      }
      output.table(
          List.of("name", "state", "schedule", "next run", "last run", "last status", "note"),
          actors.stream()
              .map(
                  actor ->
                      List.of(
                          actor.name(),
                          actor.state(),
                          actor.schedule(),
                          actor.nextRun().map(Output::time).orElse("-"),
                          actor.lastRun().map(Output::time).orElse("never"),
                          actor.lastStatus().orElse("-"),
                          ActorNotes.ofRow(actor)))
              .toList(),
          WIDEST);
    }
  }

  /** {@code actors show NAME}. */
  @Command(
      name = "show",
      description = "Shows one actor with its configuration and what it did lately.")
  static final class Show implements Callable<Integer> {
    @Mixin private ActorArgument actor = new ActorArgument();
    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      ActorName name = actor.get(spec);
      CommandContext context = CommandContext.of(spec);
      remote.check(context);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        ActorState state = workbench.control().get(name);
        ActorDetailView detail =
            ActorDetailView.of(
                ActorView.of(state, workbench.clusterPause().current()),
                state,
                definition(context, workbench, name),
                recent(workbench, name, RECENT));
        if (context.options().isJson()) {
          context.output().json(detail);
        } else {
          ActorNotes.print(context.output(), detail);
          if (!detail.recentExecutions().isEmpty()) {
            context.output().line("");
            ExecutionsCommand.print(context.output(), detail.recentExecutions());
          }
        }
      }
      return ExitCodes.OK;
    }

    /** What the cluster runs may need variables that are not set where this command runs. */
    private static Optional<ActorDefinition> definition(
        CommandContext context, Workbench workbench, ActorName name) {
      try {
        return workbench.findDefinition(name);
      } catch (ConfigException unresolved) {
        context.tell(
            "botticelli: the configuration is left out: "
                + Output.oneLine(String.valueOf(unresolved.getMessage())));
        return Optional.empty();
      }
    }
  }

  /** {@code actors next NAME}. */
  @Command(name = "next", description = "Shows when an actor fires next.")
  static final class Next implements Callable<Integer> {
    @Mixin private ActorArgument actor = new ActorArgument();

    @Option(
        names = "--count",
        paramLabel = "N",
        defaultValue = "10",
        description = "1..100; default ${DEFAULT-VALUE}.")
    private int count;

    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      ActorName name = actor.get(spec);
      Limits.check(spec, "--count", count, 100);
      CommandContext context = CommandContext.of(spec);
      remote.check(context);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        ActorView view = view(workbench, name);
        List<Coming> fires =
            workbench.control().forecast(name, count).stream().map(Coming::of).toList();
        if (context.options().isJson()) {
          context.output().json(new ComingList(name.value(), fires));
        } else if (fires.isEmpty()) {
          context.output().line(name + " has no coming fire: " + whyNot(view));
        } else {
          fires.forEach(fire -> context.output().line(fire.words()));
        }
      }
      return ExitCodes.OK;
    }

    private static String whyNot(ActorView view) {
      if (!view.enabled()) {
        return "it is disabled";
      }
      return view.paused() ? ActorNotes.of(view) : "its schedule is " + view.schedule();
    }
  }

  /** {@code actors history NAME}. */
  @Command(name = "history", description = "Lists what became of an actor's fires, newest first.")
  static final class History implements Callable<Integer> {
    @Mixin private ActorArgument actor = new ActorArgument();

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "1..500; default ${DEFAULT-VALUE}.")
    private int limit;

    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      ActorName name = actor.get(spec);
      Limits.check(spec, limit, 500);
      CommandContext context = CommandContext.of(spec);
      remote.check(context);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        workbench.control().get(name);
        List<ExecutionView> executions =
            recent(workbench, name, limit).stream().map(ExecutionView::of).toList();
        if (context.options().isJson()) {
          context.output().json(Map.of("items", executions));
        } else if (executions.isEmpty()) {
          context.output().line(name + " has not fired yet.");
        } else {
          ExecutionsCommand.print(context.output(), executions);
        }
      }
      return ExitCodes.OK;
    }
  }

  /** What {@code list} prints. */
  private record ActorList(
      List<ActorView> items, Optional<String> nextCursor, ClusterPauseView cluster) {}

  /**
   * One coming fire.
   *
   * @param local by the clock of the schedule's zone
   * @param approximate it depends on chance or on the runs before it
   */
  private record Coming(
      Instant at, String local, String timezone, boolean approximate, String note) {
    static Coming of(PlannedFire fire) {
      return new Coming(
          fire.at(),
          fire.local().format(DateTimeFormatter.ISO_OFFSET_DATE_TIME),
          fire.local().getZone().getId(),
          fire.approximate(),
          fire.note());
    }

    String words() {
      boolean utc = local.endsWith("Z");
      return (approximate ? "~ " : "  ")
          + Output.time(at)
          + (utc ? "" : "  " + local + " " + timezone)
          + (note.isEmpty() ? "" : "  " + note);
    }
  }

  /** What {@code next} prints. */
  private record ComingList(String actor, List<Coming> items) {}
}
