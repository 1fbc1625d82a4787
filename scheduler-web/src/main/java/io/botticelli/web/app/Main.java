package io.botticelli.web.app;

import io.botticelli.core.ActorServerException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code botticelli}: parses arguments, runs one command, maps failures to exit codes.
 */
@Command(
    name = "botticelli",
    description = "Runs LLM narratives as scheduled actors on a Quartz cluster in PostgreSQL.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = false,
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      RunCommand.class,
      ValidateCommand.class,
      ContentCommand.class,
      ActorsCommand.class,
      FireCommand.class,
      ClusterCommand.class,
      NodesCommand.class,
      ExecutionsCommand.class,
      AlertsCommand.class,
      ApprovalsCommand.class,
      PlanCommand.class,
      ApplyCommand.class,
      StateCommand.class,
      DoctorCommand.class,
      MigrateCommand.class,
      VersionCommand.class,
      HelpCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 ok, 1 failed, 2 usage or configuration (nothing was started),",
      "3 skipped (nothing to do), 4 timed out or interrupted."
    })
public final class Main implements Runnable {
  /** Failures that mean nothing was started: something must be changed first. */
  private static final Set<String> NOTHING_STARTED =
      Set.of(
          "config_invalid",
          "narrative_invalid",
          "toml_syntax",
          "source_file_unreadable",
          "database_unavailable",
          "http_unavailable",
          "home_unusable",
          "setting_invalid",
          "quartz_settings_refused",
          "definition_missing",
          "clock_skew",
          "parameters_invalid",
          "idempotency_key_invalid",
          "usage");

  private final Supplier<Surroundings> surroundings;

  @Mixin private GlobalOptions options = new GlobalOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  private Main(Supplier<Surroundings> surroundings) {
    this.surroundings = surroundings;
  }

  /** Runs the command line and ends the process with the documented exit code. */
  public static void main(String[] arguments) {
    int code =
        execute(
            Surroundings::ofProcess,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            arguments);
    // Threads of libraries (Jetty, the pool) may still be alive after an orderly stop.
    System.exit(code);
  }

  /** Runs one command line and returns its exit code. */
  static int execute(
      Supplier<Surroundings> surroundings, PrintWriter out, PrintWriter err, String... arguments) {
    Logging.quiet(false);
    CommandLine line = new CommandLine(new Main(surroundings));
    line.registerConverter(long.class, Main::number);
    line.registerConverter(int.class, text -> Math.toIntExact(number(text)));
    line.registerConverter(Integer.class, text -> Math.toIntExact(number(text)));
    line.setOut(out);
    line.setErr(err);
    line.setExecutionExceptionHandler(Main::explain);
    line.setParameterExceptionHandler(Main::explainUsage);
    line.setUnmatchedOptionsArePositionalParams(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line.execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  GlobalOptions options() {
    return options;
  }

  Surroundings surroundings() {
    return surroundings.get();
  }

  private static long number(String text) {
    try {
      // Nothing counted on the command line is larger, and an int never overflows.
      long number = Long.parseLong(text);
      if (Math.abs(number) <= Integer.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Reported below like a number that is too large.
    }
    throw new TypeConversionException("expected a whole number, not '" + text + "'");
  }

  private static int explainUsage(ParameterException failure, String[] arguments) {
    CommandLine line = failure.getCommandLine();
    StringBuilder text = new StringBuilder("botticelli: ").append(failure.getMessage());
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      text.append("; did you mean ")
          .append(String.join(" or ", unmatched.getSuggestions()))
          .append('?');
    }
    text.append(" (see '").append(line.getCommandSpec().qualifiedName()).append(" --help')");
    line.getErr().println(Output.oneLine(text.toString()));
    return ExitCodes.USAGE;
  }

  private static int explain(Exception failure, CommandLine line, ParseResult parsed) {
    Main main = (Main) root(line).getCommand();
    if (main.options().isVerbose()) {
      failure.printStackTrace(line.getErr());
    }
    if (failure instanceof ActorServerException known) {
      // One mistake, one line; a working set may have several.
      String.valueOf(known.getMessage())
          .lines()
          .filter(problem -> !problem.isBlank())
          .forEach(problem -> line.getErr().println(Output.oneLine("botticelli: " + problem)));
      if (known.code().equals("interrupted")) {
        return ExitCodes.INTERRUPTED;
      }
      return NOTHING_STARTED.contains(known.code()) ? ExitCodes.USAGE : ExitCodes.FAILED;
    }
    line.getErr()
        .println(
            Output.oneLine(
                "botticelli: unexpected failure: "
                    + failure
                    + "; run again with -v for the stack trace and report it"));
    return ExitCodes.FAILED;
  }

  private static CommandLine root(CommandLine line) {
    CommandLine root = line;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return root;
  }
}
