package io.botticelli.core.config;

import io.botticelli.core.toml.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The format of {@code .env}: {@code [export] NAME=VALUE}, one per line. Values may stand in double
 * quotes (with {@code \n}, {@code \t}, {@code \"}, {@code \\}) or single quotes (literal); an
 * unquoted value ends at {@code #} after a blank. Values are never printed in messages.
 */
final class DotEnv {
  private static final Pattern LINE =
      Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");

  private DotEnv() {}

  /**
   * @throws ConfigException naming every broken line
   */
  static Map<String, String> parse(String file, String text) {
    Map<String, String> values = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    List<String> lines = body.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        problems.add(
            ConfigProblem.error(
                "env_line_invalid", file, i + 1, 1, "", "expected NAME=VALUE on this line"));
        continue;
      }
      String raw = matcher.group(2);
      String value = value(raw);
      if (value == null) {
        problems.add(
            ConfigProblem.error(
                "env_line_invalid",
                file,
                i + 1,
                line.length() - raw.length() + 1,
                matcher.group(1),
                "the quoted value does not end on this line, or text follows it"));
        continue;
      }
      values.put(matcher.group(1), value);
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return values;
  }

  private static @org.jspecify.annotations.Nullable String value(String raw) {
    if (raw.isEmpty()) {
      return "";
    }
    char quote = raw.charAt(0);
    if (quote != '"' && quote != '\'') {
      Matcher comment = Pattern.compile("(^|\\s)#").matcher(raw);
      return (comment.find() ? raw.substring(0, comment.start()) : raw).strip();
    }
    StringBuilder value = new StringBuilder();
    for (int i = 1; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == quote) {
        String rest = raw.substring(i + 1).strip();
        return rest.isEmpty() || rest.startsWith("#") ? value.toString() : null;
      }
      if (c == '\\' && quote == '"' && i + 1 < raw.length()) {
        char next = raw.charAt(++i);
        switch (next) {
          case 'n' -> value.append('\n');
          case 't' -> value.append('\t');
          case 'r' -> value.append('\r');
          case '"', '\\', '$' -> value.append(next);
          default -> value.append('\\').append(next);
        }
      } else {
        value.append(c);
      }
    }
    return null;
  }
}
