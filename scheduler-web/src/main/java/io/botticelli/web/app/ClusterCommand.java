package io.botticelli.web.app;

import io.botticelli.core.node.Workbench;
import io.botticelli.core.scheduling.ClusterControl;
import io.botticelli.web.api.ClusterPauseView;
import io.botticelli.web.api.NodeView;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cluster}: everything at once. */
@Command(
    name = "cluster",
    description = "Pauses and resumes all actors at once, straight through the database.",
    subcommands = {
      ClusterCommand.Pause.class,
      ClusterCommand.Resume.class,
      ClusterCommand.Status.class
    })
final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "pause, resume or status is missing");
  }

  /** Prints a line when the cluster is paused. */
  static void warnIfPaused(Output output, ClusterPauseView pause) {
    if (pause.paused()) {
      output.line("No actor fires: " + words(pause));
    }
  }

  private static String words(ClusterPauseView pause) {
    return pause.paused()
        ? ActorNotes.pause(
            "the cluster is paused", pause.pausedBy(), pause.pausedUntil(), pause.pauseReason())
        : "the cluster is not paused";
  }

  private static int countUp(Workbench workbench) {
    return (int) NodesCommand.list(workbench).stream().filter(NodeView::fires).count();
  }

  private static int change(
      CommandSpec spec,
      RemoteOptions remote,
      Consumer<ClusterControl> change,
      Function<ClusterPauseView, String> told) {
    CommandContext context = CommandContext.of(spec);
    remote.check(context);
    try (Workbench workbench = Workbench.open(context.settings(), false)) {
      ClusterControl control = workbench.clusterControl();
      change.accept(control);
      ClusterPauseView pause = ClusterPauseView.of(control.pause());
      int nodes = countUp(workbench);
      if (context.options().isJson()) {
        context.output().json(new StatusView(pause, nodes));
      } else {
        context.output().line(told.apply(pause));
      }
    }
    return ExitCodes.OK;
  }

  /** {@code cluster pause}. */
  @Command(
      name = "pause",
      description =
          "Keeps every actor from firing, also those that come later, until somebody resumes the"
              + " cluster; runs that are under way end normally.")
  static final class Pause implements Callable<Integer> {
    @Mixin private PauseOptions pause = new PauseOptions();
    @Mixin private AuthorOption author = new AuthorOption();
    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      Optional<Instant> until = pause.until(spec, Clock.systemUTC());
      return change(
          spec,
          remote,
          control -> control.pause(pause.reason(), author.get(), until),
          ClusterCommand::words);
    }
  }

  /** {@code cluster resume}. */
  @Command(
      name = "resume",
      description = "Lets the cluster fire again; actors that are paused themselves stay paused.")
  static final class Resume implements Callable<Integer> {
    @Mixin private AuthorOption author = new AuthorOption();
    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      return change(
          spec,
          remote,
          control -> control.resume(author.get()),
          pause -> "the cluster is resumed; actors that are paused themselves stay so");
    }
  }

  /** {@code cluster status}. */
  @Command(name = "status", description = "Shows whether the cluster is paused, and its nodes.")
  static final class Status implements Callable<Integer> {
    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      remote.check(context);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        ClusterPauseView pause = ClusterPauseView.of(workbench.clusterControl().pause());
        int nodes = countUp(workbench);
        if (context.options().isJson()) {
          context.output().json(new StatusView(pause, nodes));
        } else {
          context.output().line(words(pause));
          context.output().line(NodesCommand.nobodyFires(workbench).orElse("nodes up: " + nodes));
        }
      }
      return ExitCodes.OK;
    }
  }

  /**
   * What all three print.
   *
   * @param nodesUp nodes that fire, or would if the cluster were not paused
   */
  private record StatusView(ClusterPauseView pause, int nodesUp) {}
}
