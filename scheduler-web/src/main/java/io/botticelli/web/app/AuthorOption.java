package io.botticelli.web.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who asks; stands in the history and beside a pause. */
final class AuthorOption {
  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who asks. Default: the user of the operating system.")
  private @Nullable String by;

  String get() {
    return by != null && !by.isBlank() ? by : System.getProperty("user.name", "cli");
  }
}
