package io.botticelli.core.toml;

import java.util.Optional;

/**
 * One mistake in a file, precise enough to be mended without reading the code.
 *
 * @param severity errors stop a start or reload, warnings do not
 * @param code stable lower-case identifier, for example {@code unknown_key}
 * @param file path as given by the user or found by lookup
 * @param line 1-based, 0 = the file as a whole
 * @param column 1-based, 0 = unknown
 * @param field dotted path of the key, for example {@code actor.schedule.seconds}; may be empty
 * @param narrative narrative the problem belongs to, or empty
 * @param act act the problem belongs to, or empty
 * @param message what is wrong, what was expected and what to do, with a suggestion when there is
 *     one
 */
public record Problem(
    Severity severity,
    String code,
    String file,
    int line,
    int column,
    String field,
    Optional<String> narrative,
    Optional<String> act,
    String message) {

  /** How bad it is. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** Returns {@code file:line:column: field message}, leaving out what is unknown. */
  public String render() {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line);
      if (column > 0) {
        text.append(':').append(column);
      }
    }
    text.append(": ");
    if (!field.isEmpty()) {
      text.append(field).append(": ");
    }
    // Messages that are also read alone name their file; one name in a line is enough.
    boolean named = field.isEmpty() && message.startsWith(file + " ");
    return text.append(named ? message.substring(file.length() + 1) : message).toString();
  }
}
