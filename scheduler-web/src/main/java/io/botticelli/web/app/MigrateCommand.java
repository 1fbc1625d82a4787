package io.botticelli.web.app;

import io.botticelli.core.node.Workbench;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code migrate}: brings the schema up to date and exits. */
@Command(name = "migrate", description = "Brings the database schema up to date.")
final class MigrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandContext context = CommandContext.of(spec);
    try (Workbench workbench = Workbench.open(context.settings(), false)) {
      String database = workbench.databaseDescription();
      if (context.options().isJson()) {
        context.output().json(Map.of("status", "up_to_date", "database", database));
      } else {
        context.output().line("The schema is up to date: " + database);
      }
    }
    return ExitCodes.OK;
  }
}
