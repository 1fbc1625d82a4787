package io.botticelli.web.app;

import ch.qos.logback.classic.Level;
import io.botticelli.core.ActorServerException;
import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.SecretValue;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.db.DatabaseCheck;
import io.botticelli.core.db.DatabaseSettings;
import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.node.Node;
import io.botticelli.core.node.NodeSettings;
import io.botticelli.core.toml.Problem;
import io.botticelli.web.api.ExecutionViews.ExecutionView;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serve}: a node of the cluster. */
@Command(
    name = "serve",
    aliases = {"actor-server", "server"},
    description = "Runs a node until it is told to stop.")
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "HTTP port, 0 = any free one. Default: server.http.port.")
  private @Nullable Integer port;

  @Option(
      names = "--dry-run",
      description = "Checks files, variables, database and token, changes nothing, exits.")
  private boolean dryRun;

  @Option(
      names = "--once",
      paramLabel = "NAME",
      description = "Fires one actor now, waits, exits with its outcome.")
  private @Nullable String once;

  @Option(
      names = "--only",
      paramLabel = "A,B",
      split = ",",
      description = "Applies the working set with these actors alone; the others are disabled.")
  private List<String> only = List.of();

  @Option(
      names = "--join",
      description = "Runs what the cluster already agreed on, not the local files.")
  private boolean join;

  @Option(names = "--discord-token", paramLabel = "T", description = "Instead of DISCORD_TOKEN.")
  private @Nullable String discordToken;

  @Option(
      names = "--actor",
      paramLabel = "FILE",
      description = "A single actor file instead of a server file.")
  private @Nullable String actor;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    CommandContext context = CommandContext.of(spec);
    if (actor != null && join) {
      throw new ParameterException(
          spec.commandLine(),
          "--actor and --join exclude each other: one applies a file, the other none");
    }
    Limits.checkPort(spec, port);
    Environment environment =
        discordToken == null
            ? context.environment()
            : context.environment().with(Map.of("DISCORD_TOKEN", discordToken));
    String config = actor == null ? context.options().config(context.workingDirectory()) : actor;
    NodeSettings settings = context.settings(environment, config).withJoin(join).withOnly(only);
    if (dryRun) {
      return check(context, settings);
    }
    return once == null ? serve(context, settings) : serveOnce(context, settings, once);
  }

  private int serve(CommandContext context, NodeSettings settings) throws InterruptedException {
    Logging.server(context.options().isVerbose(), Level.INFO, settings.home().resolve("logs"));
    try (Signals signals = Signals.install(() -> {})) {
      int code = serve(context, settings, signals);
      context.tell("botticelli: stopped");
      return code;
    }
  }

  private int serve(CommandContext context, NodeSettings settings, Signals signals)
      throws InterruptedException {
    try (Node node = Node.start(settings)) {
      applyLogLevel(context, node.server());
      signals.listenToHangUp(() -> reload(node));
      ServerConfig.Http http = node.server().http();
      if (!http.enabled()) {
        node.beginFiring();
        announce(context, node, Optional.empty());
        signals.await();
        return ExitCodes.OK;
      }
      try (NodeConsole console =
          new NodeConsole(
              node, Clock.systemUTC(), http.bind(), port == null ? http.port() : port)) {
        console.start();
        node.beginFiring();
        announce(context, node, Optional.of(console));
        signals.await();
        // The console shows the stop while running narratives end.
        node.close();
      }
      return ExitCodes.OK;
    }
  }

  /** What goes wrong is said in the log: whoever sends a signal waits for no answer. */
  private static void reload(Node node) {
    try {
      Node.Reloaded reloaded = node.reload();
      LOG.info("reloaded: version {}, actors changed: {}", reloaded.version(), reloaded.changed());
    } catch (ConfigException broken) {
      LOG.error("the local files are refused, the version in force stays: {}", broken.getMessage());
    } catch (ActorServerException failure) {
      LOG.error("reload failed, the version in force stays: {}", failure.getMessage());
    } catch (RuntimeException failure) {
      LOG.error("reload failed, the version in force stays: {}", failure.getMessage(), failure);
    }
  }

  /** A name nobody answers to is found before anything starts, except in a set of the cluster. */
  private int serveOnce(CommandContext context, NodeSettings settings, String name) {
    if (!join) {
      actorName(name, Node.check(settings));
    }
    Logging.server(context.options().isVerbose(), Level.WARN, settings.home().resolve("logs"));
    Thread runner = Thread.currentThread();
    try (Signals signals = Signals.install(runner::interrupt);
        Node node = Node.start(settings)) {
      applyLogLevel(context, node.server());
      ActorName wanted = actorName(name, node.workingSet());
      node.notices().forEach(context::tell);
      return node.runOnce(wanted)
          .map(execution -> outcome(context, execution))
          .orElseGet(
              () -> {
                context.tell("botticelli: " + wanted + " did not run; see the log");
                return ExitCodes.FAILED;
              });
    }
  }

  private static void applyLogLevel(CommandContext context, ServerConfig server) {
    if (!context.options().isVerbose()) {
      Logging.level(Level.toLevel(server.observability().logLevel(), Level.INFO));
    }
  }

  private static void announce(CommandContext context, Node node, Optional<NodeConsole> console) {
    Map<String, Object> started = new LinkedHashMap<>();
    started.put("status", "started");
    started.put("node", node.nodeId());
    started.put("database", node.databaseDescription());
    started.put("version", node.workingSet().shortVersion());
    console.ifPresent(
        shown -> {
          started.put("address", shown.address());
          started.put("sign_in", shown.signInLink());
          started.put("token", shown.token());
        });
    if (context.options().isJson()) {
      context.output().json(started);
      return;
    }
    node.notices().forEach(context::tell);
    context
        .output()
        .line("Node " + node.nodeId() + " fires. Database: " + node.databaseDescription());
    console.ifPresent(
        shown -> {
          context.output().line("Console (signs one browser in): " + shown.signInLink());
          context.output().line("Token for scripts and further browsers: " + shown.token());
        });
  }

  private static ActorName actorName(String name, WorkingSet set) {
    return set.actors().stream()
        .map(ActorDefinition::name)
        .filter(known -> known.value().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandException(
                    "usage",
                    "there is no actor "
                        + name
                        + "; the working set has "
                        + set.actors().stream()
                            .map(known -> known.name().value())
                            .collect(Collectors.joining(", "))));
  }

  private static int outcome(CommandContext context, Execution execution) {
    if (context.options().isJson()) {
      context.output().json(ExecutionView.of(execution));
    } else {
      context
          .output()
          .line(
              execution.fire().actor()
                  + ": "
                  + execution.status().stored()
                  + execution.errorMessage().map(message -> " (" + message + ")").orElse("")
                  + "; execution "
                  + execution.id());
    }
    return ExitCodes.of(execution.status());
  }

  private static int check(CommandContext context, NodeSettings settings) {
    WorkingSet set = Node.check(settings);
    String database =
        settings
            .databaseUrl()
            .or(() -> set.server().database().url().map(SecretValue::reveal))
            .map(url -> new DatabaseCheck(DatabaseSettings.parse(url)).check())
            .orElse("embedded PostgreSQL below " + settings.home());
    String token =
        set.server().discordToken().isPresent()
            ? "set, but this version posts to the preview channel only"
            : "not set, messages go to the preview channel";
    if (context.options().isJson()) {
      context
          .output()
          .json(
              new Checked(
                  true,
                  set.entry(),
                  set.shortVersion(),
                  database,
                  token,
                  set.actors().stream().map(CheckedActor::of).toList(),
                  set.warnings().stream().map(Problem::render).toList()));
      return ExitCodes.OK;
    }
    set.warnings().forEach(warning -> context.tell("warning: " + warning.render()));
    Output output = context.output();
    output.line("Working set " + set.entry() + ", version " + set.shortVersion() + ": ok");
    output.table(
        List.of("actor", "enabled", "schedule", "platform"),
        set.actors().stream()
            .map(
                actor ->
                    List.of(
                        actor.name().value(),
                        actor.enabled() ? "yes" : "no",
                        actor.schedule().source(),
                        actor.platform().type()
                            + actor.platform().channelId().map(id -> " " + id).orElse("")))
            .toList(),
        60);
    output.line("Database: " + database);
    output.line("DISCORD_TOKEN: " + token);
    return ExitCodes.OK;
  }

  private record Checked(
      boolean ok,
      String file,
      String version,
      String database,
      String discordToken,
      List<CheckedActor> actors,
      List<String> warnings) {}

  private record CheckedActor(
      String name, boolean enabled, String scheduleType, String schedule, String platform) {
    static CheckedActor of(ActorDefinition actor) {
      return new CheckedActor(
          actor.name().value(),
          actor.enabled(),
          actor.schedule().type(),
          actor.schedule().source(),
          actor.platform().type());
    }
  }
}
