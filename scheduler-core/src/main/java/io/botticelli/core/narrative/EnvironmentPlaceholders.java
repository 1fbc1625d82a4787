package io.botticelli.core.narrative;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces environment variables in a text, each on its own; what is not set stays as written. */
final class EnvironmentPlaceholders {
  private static final Pattern BRACED =
      Pattern.compile(
          "\\$\\{\\s*+(?:env:(?<named>[A-Za-z_][A-Za-z0-9_]*+)|(?<upper>[A-Z_][A-Z0-9_]*+))\\s*+}"
              + "|\\{\\{\\s*+env:(?<curly>[A-Za-z_][A-Za-z0-9_]*+)\\s*+}}");

  // One letter is left alone so that amounts and shell-like text survive.
  private static final Pattern BRACED_OR_BARE =
      Pattern.compile(BRACED.pattern() + "|\\$(?<bare>[A-Z_][A-Z0-9_]++)(?![a-z])");

  private final Function<String, Optional<String>> environment;

  EnvironmentPlaceholders(Function<String, Optional<String>> environment) {
    this.environment = environment;
  }

  /** Replaces {@code ${NAME}}, {@code ${env:NAME}} and {@code {{env:NAME}}}. */
  String expand(String text) {
    return expand(BRACED, text, false);
  }

  /** Replaces also a bare {@code $NAME} of at least two upper-case characters. */
  String expandArgument(String text) {
    return expand(BRACED_OR_BARE, text, true);
  }

  boolean isSet(String name) {
    return environment.apply(name).isPresent();
  }

  private String expand(Pattern pattern, String text, boolean withBare) {
    if (text.indexOf('$') < 0 && text.indexOf('{') < 0) {
      return text;
    }
    Matcher match = pattern.matcher(text);
    StringBuilder expanded = new StringBuilder();
    while (match.find()) {
      String value = environment.apply(name(match, withBare)).orElse(match.group());
      match.appendReplacement(expanded, Matcher.quoteReplacement(value));
    }
    return match.appendTail(expanded).toString();
  }

  private static String name(Matcher match, boolean withBare) {
    for (String group : new String[] {"named", "upper", "curly"}) {
      String name = match.group(group);
      if (name != null) {
        return name;
      }
    }
    return withBare ? match.group("bare") : "";
  }
}
