package io.botticelli.core.narrative;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A placeholder that must be resolved when the act runs, else its command is not executed.
 *
 * @param path key that holds it
 * @param expression trimmed text between the braces
 * @param dollar written <code>${x}</code>, not <code>{{x}}</code>
 */
record PlaceholderUse(List<String> path, String expression, boolean dollar) {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{(?<curly>[^{}]*+)}}|\\$\\{(?<dollar>[^{}]*+)}");

  /** Returns the placeholders of a text. */
  static List<PlaceholderUse> in(String text, List<String> path) {
    List<PlaceholderUse> uses = new ArrayList<>();
    Matcher match = PLACEHOLDER.matcher(text);
    while (match.find()) {
      String curly = match.group("curly");
      uses.add(
          curly != null
              ? new PlaceholderUse(path, curly.strip(), false)
              : new PlaceholderUse(path, match.group("dollar").strip(), true));
    }
    return uses;
  }
}
