package io.botticelli.core.config;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The database address given by environment variables. Stateless. */
final class DatabaseUrl {
  private DatabaseUrl() {}

  /**
   * Returns {@code DATABASE_URL}, else an address built from {@code DATABASE_USER}, {@code
   * _PASSWORD}, {@code _HOST} (localhost), {@code _PORT} (5432) and {@code _NAME} (botticelli).
   *
   * @return empty when none of the variables that identify a database is set
   */
  static Optional<SecretValue> find(Environment environment) {
    Optional<String> whole = environment.find("DATABASE_URL");
    if (whole.isPresent()) {
      return whole.map(SecretValue::new);
    }
    Optional<String> user = environment.find("DATABASE_USER");
    Optional<String> host = environment.find("DATABASE_HOST");
    Optional<String> name = environment.find("DATABASE_NAME");
    if (user.isEmpty() && host.isEmpty() && name.isEmpty()) {
      return Optional.empty();
    }
    String login =
        user.map(
                u ->
                    encode(u)
                        + environment.find("DATABASE_PASSWORD").map(p -> ":" + encode(p)).orElse("")
                        + "@")
            .orElse("");
    return Optional.of(
        new SecretValue(
            "postgresql://"
                + login
                + host.orElse("localhost")
                + ":"
                + environment.find("DATABASE_PORT").orElse("5432")
                + "/"
                + encode(name.orElse("botticelli"))));
  }

  static boolean isPostgres(SecretValue url) {
    return url.reveal()
        .toLowerCase(Locale.ROOT)
        .matches("(?s)(?:postgres|postgresql|jdbc:postgresql)://?.+");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
