package io.botticelli.web.app;

import io.botticelli.core.config.Environment;
import io.botticelli.core.node.NodeSettings;
import io.botticelli.core.toml.DiskSourceFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What every command needs: its options, the environment, where to print, where to read. */
final class CommandContext {
  private final GlobalOptions options;
  private final Environment environment;
  private final Output output;
  private final CommandLine line;

  private CommandContext(GlobalOptions options, Environment environment, CommandLine line) {
    this.options = options;
    this.environment = environment;
    this.line = line;
    this.output = new Output(line.getOut());
  }

  /** Returns the context of the command that is being run. */
  static CommandContext of(CommandSpec spec) {
    CommandSpec root = spec;
    while (root.parent() != null) {
      root = root.parent();
    }
    GlobalOptions options = ((Main) root.userObject()).options();
    Logging.quiet(options.isVerbose());
    return new CommandContext(
        options, Environment.ofProcess(Path.of("").toAbsolutePath()), spec.commandLine());
  }

  GlobalOptions options() {
    return options;
  }

  Environment environment() {
    return environment;
  }

  Output output() {
    return output;
  }

  /** Prints a line for people on standard error. */
  void tell(String text) {
    line.getErr().println(Output.printable(text));
    line.getErr().flush();
  }

  /** Returns what a node or a workbench is started with. */
  NodeSettings settings() {
    return settings(environment, options.config());
  }

  /** As {@link #settings()}, with other variables and another server file. */
  NodeSettings settings(Environment variables, String config) {
    return NodeSettings.of(
            Path.of("").toAbsolutePath(),
            options.home(environment),
            config,
            variables,
            Clock.systemUTC())
        .withDatabaseUrl(options.databaseUrl());
  }

  /** Returns the files of the working directory; paths in messages are relative to it. */
  DiskSourceFiles files() {
    Path working = Path.of("").toAbsolutePath();
    Optional<Path> context =
        environment.find("BOTTICELLI_CONTEXT_PATH").map(path -> working.resolve(path).normalize());
    return new DiskSourceFiles(working, context, working);
  }
}
