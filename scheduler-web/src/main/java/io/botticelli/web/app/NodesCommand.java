package io.botticelli.web.app;

import io.botticelli.core.cluster.ClusterNodes.Member;
import io.botticelli.core.node.Workbench;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nodes}: the members of the cluster. */
@Command(
    name = "nodes",
    description = "Shows the nodes of the cluster and drains them.",
    subcommands = {
      NodesCommand.ListNodes.class,
      NodesCommand.Drain.class,
      NodesCommand.Resume.class
    })
final class NodesCommand implements Runnable {
  private static final int WIDEST = 60;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, drain or resume is missing");
  }

  /** {@code nodes list}. */
  @Command(name = "list", description = "Lists nodes, and those lost within a day, oldest first.")
  static final class ListNodes implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        List<View> views = workbench.cluster().list().stream().map(View::of).toList();
        if (context.options().isJson()) {
          context.output().json(Map.of("items", views));
        } else if (views.isEmpty()) {
          context.output().line("No node runs.");
        } else {
          context
              .output()
              .table(
                  List.of("node", "state", "running", "seen", "started", "clock ms", "version"),
                  views.stream().map(View::cells).toList(),
                  WIDEST);
        }
      }
      return ExitCodes.OK;
    }
  }

  /** {@code nodes drain ID}. */
  @Command(
      name = "drain",
      description = "Lets a node's runs end and fires nothing more there until it is resumed.")
  static final class Drain implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "Id of the node, see nodes list.")
    private String id = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        workbench.cluster().drain(id, System.getProperty("user.name", "cli"));
      }
      return told(context, id, "draining");
    }
  }

  /** {@code nodes resume ID}. */
  @Command(name = "resume", description = "Lets a node that drains fire again.")
  static final class Resume implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "Id of the node, see nodes list.")
    private String id = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        workbench.cluster().resume(id);
      }
      return told(context, id, "resumed");
    }
  }

  private static int told(CommandContext context, String id, String what) {
    if (context.options().isJson()) {
      context.output().json(Map.of("node", id, "status", what));
    } else {
      context.output().line("Node " + id + ": " + what + "; it follows within seconds.");
    }
    return ExitCodes.OK;
  }

  /**
   * One node.
   *
   * @param state {@code up}, {@code draining}, {@code standby} or {@code lost}
   */
  private record View(
      String node,
      String state,
      String host,
      long pid,
      String version,
      Instant startedAt,
      Instant lastSeen,
      long seenMs,
      int running,
      long clockSkewMs,
      Optional<Instant> drainRequestedAt,
      Optional<String> drainRequestedBy) {
    static View of(Member member) {
      return new View(
          member.instanceId(),
          member.isLost() ? "lost" : member.state().stored(),
          member.host(),
          member.pid(),
          member.version(),
          member.startedAt(),
          member.lastSeen(),
          member.age().toMillis(),
          member.running(),
          member.clockSkew().toMillis(),
          member.drainRequestedAt(),
          member.drainRequestedBy());
    }

    private List<String> cells() {
      return List.of(
          node,
          state + drainRequestedBy.map(by -> " (by " + by + ")").orElse(""),
          Integer.toString(running),
          seenMs / 1000 + " s ago",
          startedAt.toString(),
          Long.toString(clockSkewMs),
          version);
    }
  }
}
