package io.botticelli.web.app;

import io.botticelli.core.node.Workbench;
import io.botticelli.core.state.StateEntries.Entry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code state}: values that narratives keep between runs. */
@Command(
    name = "state",
    description = "Shows and corrects what narratives keep between runs.",
    subcommands = {
      StateCommand.ListEntries.class,
      StateCommand.SetEntry.class,
      StateCommand.DeleteEntry.class
    })
final class StateCommand implements Runnable {
  private static final int WIDEST = 80;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, set or delete is missing");
  }

  private static String key(CommandSpec spec, String key) {
    if (key.isBlank()) {
      throw new ParameterException(spec.commandLine(), "KEY is blank, expected a name");
    }
    return key;
  }

  /** {@code state list [PREFIX]}. */
  @Command(name = "list", description = "Lists keys and values, by key.")
  static final class ListEntries implements Callable<Integer> {
    @Parameters(
        arity = "0..1",
        paramLabel = "PREFIX",
        defaultValue = "",
        description = "Only keys that start so.")
    private String prefix = "";

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "1..1000; default ${DEFAULT-VALUE}.")
    private int limit;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      Limits.check(spec, limit, 1000);
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        List<Entry> entries = workbench.state().list(prefix, limit);
        if (context.options().isJson()) {
          context.output().json(Map.of("items", entries));
        } else if (entries.isEmpty()) {
          context.output().line("No state.");
        } else {
          context
              .output()
              .table(
                  List.of("key", "updated", "value"),
                  entries.stream()
                      .map(
                          entry ->
                              List.of(entry.key(), Output.time(entry.updatedAt()), entry.value()))
                      .toList(),
                  WIDEST);
        }
      }
      return ExitCodes.OK;
    }
  }

  /** {@code state set KEY VALUE}. */
  @Command(name = "set", description = "Saves a value, also over an existing one.")
  static final class SetEntry implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "KEY", description = "Name of the value.")
    private String key = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "The value.")
    private String value = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      String name = key(spec, key);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        workbench.state().set(name, value);
      }
      if (context.options().isJson()) {
        context.output().json(Map.of("key", name, "value", value));
      } else {
        context.output().line(name + " is set");
      }
      return ExitCodes.OK;
    }
  }

  /** {@code state delete KEY}. */
  @Command(name = "delete", description = "Deletes a value.")
  static final class DeleteEntry implements Callable<Integer> {
    @Parameters(paramLabel = "KEY", description = "Name of the value.")
    private String key = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      String name = key(spec, key);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        if (!workbench.state().delete(name)) {
          context.tell("botticelli: there is no state " + name + "; see 'state list'");
          return ExitCodes.FAILED;
        }
      }
      if (context.options().isJson()) {
        context.output().json(Map.of("key", name, "deleted", true));
      } else {
        context.output().line(name + " is deleted");
      }
      return ExitCodes.OK;
    }
  }
}
