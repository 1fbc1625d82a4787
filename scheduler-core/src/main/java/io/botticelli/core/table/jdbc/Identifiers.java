package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.TableException;
import io.botticelli.core.table.TableNames;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** Checks, folds, quotes and derives SQL identifiers. Pure. */
final class Identifiers {
  static final Pattern VALID = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  private static final Pattern CAMEL_HUMP = Pattern.compile("([a-z0-9])([A-Z])");
  private static final Pattern OTHER = Pattern.compile("[^a-z0-9_]+");
  private static final int HASH_DIGITS = 8;
  private static final int SHOWN = 40;

  private Identifiers() {}

  /**
   * Returns the identifier in lower case.
   *
   * @param what {@code table} or {@code column}, for the message
   * @throws TableException {@code identifier_invalid} if it is not a plain identifier
   */
  static String checked(String what, String name) {
    if (!VALID.matcher(name).matches()) {
      throw new TableException(
          "identifier_invalid",
          what
              + " name "
              + shown(name)
              + " is not an identifier, expected a letter or underscore followed by at most 62"
              + " letters, digits and underscores");
    }
    return name.toLowerCase(Locale.ROOT);
  }

  /** Quotes a name for SQL; safe for any text. */
  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * Derives a column name from a JSON key: camelCase becomes snake_case, other characters become
   * underscores. The same key always gives the same name; what would be lost (nothing usable, too
   * long) is kept apart by a checksum of the key.
   */
  static String columnFor(String key) {
    String name = OTHER.matcher(snakeCase(key)).replaceAll("_");
    name = trimUnderscores(name);
    if (name.isEmpty()) {
      return key.chars().allMatch(c -> c == '_') && VALID.matcher(key).matches()
          ? key
          : "column_" + checksum(key);
    }
    if (key.startsWith("_")) {
      name = "_" + name;
    }
    if (Character.isDigit(name.charAt(0))) {
      name = "c_" + name;
    }
    if (name.length() > TableNames.MAX_LENGTH) {
      int kept = TableNames.MAX_LENGTH - HASH_DIGITS - 1;
      name = name.substring(0, kept) + "_" + checksum(key);
    }
    return name;
  }

  /** camelCase to snake_case, lower-cased. */
  static String snakeCase(String name) {
    return CAMEL_HUMP.matcher(name).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }

  /** snake_case to camelCase. */
  static String camelCase(String name) {
    StringBuilder camel = new StringBuilder(name.length());
    boolean hump = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_' && camel.length() > 0) {
        hump = true;
      } else {
        camel.append(hump ? Character.toUpperCase(c) : c);
        hump = false;
      }
    }
    return camel.toString();
  }

  /** Returns a hostile name for a message: quoted, short, printable. */
  static String shown(String name) {
    StringBuilder text = new StringBuilder("\"");
    name.codePoints()
        .limit(SHOWN)
        .forEach(
            c -> {
              if (c < ' ' || c == 0x7f || Character.getType(c) == Character.FORMAT) {
                text.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                text.appendCodePoint(c);
              }
            });
    if (name.codePointCount(0, name.length()) > SHOWN) {
      text.append("..");
    }
    return text.append('"').toString();
  }

  private static String trimUnderscores(String name) {
    int start = 0;
    int end = name.length();
    while (start < end && name.charAt(start) == '_') {
      start++;
    }
    while (end > start && name.charAt(end - 1) == '_') {
      end--;
    }
    return name.substring(start, end);
  }

  private static String checksum(String key) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
