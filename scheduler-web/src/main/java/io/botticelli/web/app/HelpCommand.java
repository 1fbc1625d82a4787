package io.botticelli.web.app;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code help [COMMAND]}; picocli's own clashes with options that every command inherits. */
@Command(name = "help", description = "Shows help for a command.", helpCommand = true)
final class HelpCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "Command to explain.")
  private @Nullable String command;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    CommandLine explained = command == null ? root : root.getSubcommands().get(command);
    if (explained == null) {
      throw new ParameterException(root, "there is no command " + command);
    }
    explained.usage(root.getOut());
    return ExitCodes.OK;
  }
}
