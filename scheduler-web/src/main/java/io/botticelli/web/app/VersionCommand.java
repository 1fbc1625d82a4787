package io.botticelli.web.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code version}: what was built and what runs it. */
@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = false)
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Properties built = load();
    CommandContext context = CommandContext.of(spec);
    Output output = context.output();
    String version = built.getProperty("version");
    String quartz = built.getProperty("quartz");
    String java = Runtime.version().toString();
    if (context.options().isJson()) {
      output.json(Map.of("version", version, "quartz", quartz, "java", java));
    } else {
      output.line("botticelli " + version + " (Quartz " + quartz + ", Java " + java + ")");
    }
    return ExitCodes.OK;
  }

  private static Properties load() {
    try (InputStream in =
        VersionCommand.class.getResourceAsStream("/botticelli-version.properties")) {
      Properties properties = new Properties();
      if (in == null) {
        throw new IllegalStateException("botticelli-version.properties is missing from the jar");
      }
      properties.load(in);
      return properties;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
