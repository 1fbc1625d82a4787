package io.botticelli.web.app;

import io.botticelli.core.config.Environment;
import io.botticelli.core.node.NodeSettings;
import io.botticelli.core.toml.DiskSourceFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What every command needs: its options, the environment, where to print, where to read. */
final class CommandContext {
  private final GlobalOptions options;
  private final Surroundings surroundings;
  private final Output output;
  private final CommandLine line;

  private CommandContext(GlobalOptions options, Surroundings surroundings, CommandLine line) {
    this.options = options;
    this.surroundings = surroundings;
    this.line = line;
    this.output = new Output(line.getOut());
  }

  /** Returns the context of the command that is being run. */
  static CommandContext of(CommandSpec spec) {
    CommandSpec root = spec;
    while (root.parent() != null) {
      root = root.parent();
    }
    Main main = (Main) root.userObject();
    Logging.quiet(main.options().isVerbose());
    return new CommandContext(main.options(), main.surroundings(), spec.commandLine());
  }

  GlobalOptions options() {
    return options;
  }

  Environment environment() {
    return surroundings.environment();
  }

  /** Returns the absolute directory relative paths start at. */
  Path workingDirectory() {
    return surroundings.workingDirectory();
  }

  /** Returns the absolute directory of embedded data and logs. */
  Path home() {
    return options.home(surroundings);
  }

  Output output() {
    return output;
  }

  /** Prints a line for people on standard error. */
  void tell(String text) {
    line.getErr().println(Output.printable(text));
    line.getErr().flush();
  }

  /** Tells whether somebody sits there who can answer. */
  boolean canAsk() {
    return surroundings.person().isPresent();
  }

  /**
   * Asks a question on standard error.
   *
   * @return the line, or empty when there is nobody or the input ended
   */
  Optional<String> ask(String question) {
    line.getErr().print(Output.printable(question));
    line.getErr().flush();
    try {
      return surroundings.person().isPresent()
          ? Optional.ofNullable(surroundings.person().get().readLine())
          : Optional.empty();
    } catch (IOException closed) {
      // Whoever cannot answer has not agreed.
      return Optional.empty();
    }
  }

  /** Returns what a node or a workbench is started with. */
  NodeSettings settings() {
    return settings(environment(), options.config(workingDirectory()));
  }

  /** As {@link #settings()}, with other variables and another server file. */
  NodeSettings settings(Environment variables, String config) {
    return NodeSettings.of(workingDirectory(), home(), config, variables, Clock.systemUTC())
        .withDatabaseUrl(options.databaseUrl());
  }

  /** Returns the files of the working directory; paths in messages are relative to it. */
  DiskSourceFiles files() {
    Path working = workingDirectory();
    Optional<Path> context =
        environment()
            .find("BOTTICELLI_CONTEXT_PATH")
            .map(path -> working.resolve(path).normalize());
    return new DiskSourceFiles(working, context, working);
  }
}
