package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.toml.Position;
import io.botticelli.core.toml.ProblemReporter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps secrets that somebody wrote into the server file out of what is stored: the text kept of
 * the file names the environment variable instead. The node that reads the file still uses the
 * secret; nodes that only join the cluster need the variable, and a warning says so. Stateless.
 */
final class LiteralSecrets {
  private static final Map<List<String>, String> VARIABLES = variables();

  /** An address without a password may be stored. */
  private static final Pattern WITH_PASSWORD =
      Pattern.compile("(?is).*(?://[^/@]*:[^/@]*@|[?&]password=).*");

  private LiteralSecrets() {}

  private static Map<List<String>, String> variables() {
    Map<List<String>, String> variables = new LinkedHashMap<>();
    variables.put(List.of("discord_token"), "DISCORD_TOKEN");
    variables.put(List.of("server", "discord_token"), "DISCORD_TOKEN");
    variables.put(List.of("server", "database_url"), "DATABASE_URL");
    variables.put(List.of("database", "url"), "DATABASE_URL");
    variables.put(List.of("server", "http", "auth_token"), "BOTTICELLI_AUTH_TOKEN");
    return variables;
  }

  /**
   * Returns the text of a server file without the secrets written in it, and warns about each.
   *
   * @param text the file as read
   */
  static String redact(ProblemReporter reporter, String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    VARIABLES.forEach(
        (path, variable) -> {
          Optional<String> secret =
              reporter
                  .document()
                  .find(path)
                  .filter(JsonNode::isTextual)
                  .map(JsonNode::textValue)
                  .filter(value -> isSecret(path, value));
          if (secret.isPresent()) {
            redact(reporter, path, variable, secret.get(), lines);
          }
        });
    return String.join("\n", lines);
  }

  private static boolean isSecret(List<String> path, String value) {
    if (value.isBlank() || value.contains("${")) {
      return false;
    }
    return !path.get(path.size() - 1).endsWith("url") || WITH_PASSWORD.matcher(value).matches();
  }

  private static void redact(
      ProblemReporter reporter,
      List<String> path,
      String variable,
      String secret,
      List<String> lines) {
    Position position = reporter.document().positionOf(path);
    int index = position.line() - 1;
    String line = index >= 0 && index < lines.size() ? lines.get(index) : "";
    int start = line.indexOf(secret, Math.max(0, position.column() - 1));
    int end = start + secret.length();
    if (start < 1 || end >= line.length() || "\"'".indexOf(line.charAt(start - 1)) < 0) {
      reporter.error(
          "secret_in_file",
          path,
          "is a secret written over several lines or with escapes, which cannot be kept out of the"
              + " database; write ${"
              + variable
              + "}");
      return;
    }
    lines.set(index, line.substring(0, start) + "${" + variable + ":-}" + line.substring(end));
    reporter.warning(
        "secret_in_file",
        path,
        "is a secret written into the file; it is not stored, so nodes that join the cluster do not"
            + " get it; write ${"
            + variable
            + "}");
  }
}
