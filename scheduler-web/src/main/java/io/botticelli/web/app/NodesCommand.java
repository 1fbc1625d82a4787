package io.botticelli.web.app;

import io.botticelli.core.node.Workbench;
import io.botticelli.web.api.NodeView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  /** Lists the members of the cluster. */
  static List<NodeView> list(Workbench workbench) {
    return workbench.cluster().list().stream().map(NodeView::of).toList();
  }

  /** Returns why no node fires; empty when one does. */
  static Optional<String> nobodyFires(Workbench workbench) {
    List<NodeView> alive =
        list(workbench).stream().filter(node -> !node.state().equals("lost")).toList();
    if (alive.stream().anyMatch(NodeView::fires)) {
      return Optional.empty();
    }
    return Optional.of(
        alive.isEmpty()
            ? "no node is up"
            : "no node fires ("
                + alive.stream()
                    .map(node -> node.node() + " is " + node.state())
                    .collect(Collectors.joining(", "))
                + ")");
  }

  /** {@code nodes list}. */
  @Command(name = "list", description = "Lists nodes, and those lost within a day, oldest first.")
  static final class ListNodes implements Callable<Integer> {
    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      remote.check(context);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        List<NodeView> views = list(workbench);
        if (context.options().isJson()) {
          context.output().json(Map.of("items", views));
        } else if (views.isEmpty()) {
          context.output().line("No node runs.");
        } else {
          context
              .output()
              .table(
                  List.of("node", "state", "running", "seen", "started", "clock ms", "version"),
                  views.stream().map(NodesCommand::cells).toList(),
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

    @Mixin private AuthorOption author = new AuthorOption();
    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      remote.check(context);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        workbench.cluster().drain(id, author.get());
      }
      return told(context, id, "draining");
    }
  }

  /** {@code nodes resume ID}. */
  @Command(name = "resume", description = "Lets a node that drains fire again.")
  static final class Resume implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "Id of the node, see nodes list.")
    private String id = "";

    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      remote.check(context);
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

  private static List<String> cells(NodeView node) {
    return List.of(
        node.node(),
        node.state() + node.drainRequestedBy().map(by -> " (by " + by + ")").orElse(""),
        Integer.toString(node.running()),
        node.seenMs() / 1000 + " s ago",
        Output.time(node.startedAt()),
        Long.toString(node.clockSkewMs()),
        node.version());
  }
}
