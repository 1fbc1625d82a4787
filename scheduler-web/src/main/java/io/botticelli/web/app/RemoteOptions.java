package io.botticelli.web.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a command would reach the cluster from outside. This version talks to the database alone:
 * an address is refused rather than ignored, so that nobody changes another cluster than the one he
 * named.
 */
final class RemoteOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Not in this version: the command talks to the database.")
  private @Nullable String url;

  @Option(names = "--token", paramLabel = "TOKEN", hidden = true)
  private @Nullable String token;

  /**
   * Makes sure that the database is what is meant.
   *
   * @throws CommandException with code {@code usage} if an address or a token is given
   */
  void check(CommandContext context) {
    refuse(url != null, "--url");
    refuse(token != null, "--token");
    refuse(context.environment().find("BOTTICELLI_URL").isPresent(), "BOTTICELLI_URL");
  }

  private static void refuse(boolean given, String name) {
    if (given) {
      throw new CommandException(
          "usage",
          name
              + " is set, but in this version the command talks to the database only; unset it, and"
              + " name the cluster's database with --database-url or DATABASE_URL");
    }
  }
}
