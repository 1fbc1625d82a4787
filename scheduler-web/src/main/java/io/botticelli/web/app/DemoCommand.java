package io.botticelli.web.app;

import ch.qos.logback.classic.Level;
import io.botticelli.core.config.Environment;
import io.botticelli.core.node.Node;
import io.botticelli.core.node.NodeSettings;
import io.botticelli.web.server.HttpServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code demo}: the shipped working set on short intervals, with the offline model, the preview
 * channel and an embedded database. Reads no variables, so that a key or an address in the
 * environment cannot make it touch anything real.
 */
@Command(name = "demo", description = "Runs the whole pipeline with nothing to configure.")
final class DemoCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 8080;
  private static final long POLL_MS = 500;
  private static final String SERVER_FILE = "narratives/actor_server.toml";

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "HTTP port, 0 = any free one. Default: 8080, or a free one when it is taken.")
  private @Nullable Integer port;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Stops after N seconds and prints a summary; exit 1 if nothing was posted.")
  private @Nullable Integer seconds;

  @Option(names = "--fresh", description = "Forgets what earlier demos stored below --home.")
  private boolean fresh;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    CommandContext context = CommandContext.of(spec);
    if (seconds != null && (seconds < 1 || seconds > 86_400)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds is " + seconds + ", expected 1..86400");
    }
    Limits.checkPort(spec, port);
    Path home = context.home();
    if (fresh) {
      DemoHome.clear(home);
    }
    Path set = workingSet(context);
    Path file = writeServerFile(home);
    Logging.server(context.options().isVerbose(), Level.WARN, home.resolve("logs"));
    NodeSettings settings =
        NodeSettings.of(
                set,
                home,
                file.toString(),
                new Environment(Map.of("BOTTICELLI_NODE_ID", "demo")),
                Clock.systemUTC())
            .withOverrideModel(Optional.of("offline"));
    context.tell("Starting an embedded PostgreSQL below " + home + " ...");
    try (Signals signals = Signals.install(() -> {});
        Node node = Node.start(settings)) {
      DemoWatch watch = new DemoWatch(context, node, seconds == null ? 0 : seconds);
      try (NodeConsole console = console(context, node)) {
        node.beginFiring();
        announce(context, console);
        while (!watch.isOver() && !signals.await(POLL_MS, TimeUnit.MILLISECONDS)) {
          watch.look();
        }
        watch.look();
        return watch.finish(!watch.isOver());
      }
    }
  }

  /** An explicit port must be free; the default one gives way. */
  private NodeConsole console(CommandContext context, Node node) {
    NodeConsole wanted =
        new NodeConsole(node, Clock.systemUTC(), "127.0.0.1", port == null ? DEFAULT_PORT : port);
    try {
      wanted.start();
      return wanted;
    } catch (HttpServerException taken) {
      if (port != null) {
        throw taken;
      }
      context.tell("Port " + DEFAULT_PORT + " is taken, another one is used.");
      NodeConsole other = new NodeConsole(node, Clock.systemUTC(), "127.0.0.1", 0);
      other.start();
      return other;
    }
  }

  private static void announce(CommandContext context, NodeConsole console) {
    for (String line :
        List.of(
            "The console (this link signs one browser in): " + console.signInLink(),
            "Model: offline, it invents nothing and knows nothing. Messages go to the preview"
                + " channel; nothing leaves this machine.",
            "Stop with Ctrl-C; the next demo goes on with the same rows and history.")) {
      if (context.options().isJson()) {
        context.tell(line);
      } else {
        context.output().line(line);
      }
    }
  }

  /** The working directory when it holds one, else the place the launcher lies in. */
  private static Path workingSet(CommandContext context) {
    Path here = context.workingDirectory();
    String installed = System.getProperty("botticelli.install", "");
    for (Path candidate :
        installed.isEmpty() ? List.of(here) : List.of(here, Path.of(installed).toAbsolutePath())) {
      if (Files.isRegularFile(candidate.resolve(SERVER_FILE))) {
        return candidate;
      }
    }
    throw new CommandException(
        "usage",
        "there is no "
            + SERVER_FILE
            + " in "
            + here
            + "; run the demo from the directory of the project");
  }

  /**
   * The shipped actors with other schedules: what a server entry says wins over the actor's file.
   */
  private static Path writeServerFile(Path home) {
    String file =
        """
        # Written by the demo command: the shipped actors on short intervals.
        [server]
        name = "demo"
        check_interval_seconds = 5
        shutdown_timeout_seconds = 20

        [models]
        default = "offline"

        [[actors]]
        name = "generation"
        config_file = 'narratives/actors/generation.toml'
        schedule = { type = "interval", seconds = 30 }

        [[actors]]
        name = "curation"
        config_file = 'narratives/actors/curation.toml'
        schedule = { type = "interval", seconds = 5 }

        [[actors]]
        name = "posting"
        config_file = 'narratives/actors/posting.toml'
        schedule = { type = "interval", seconds = 4, jitter_percent = 25 }
        channel_id = "general"
        """;
    return DemoHome.write(home.resolve("demo").resolve("actor_server.toml"), file);
  }
}
