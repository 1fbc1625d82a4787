package io.botticelli.core.definition;

import io.botticelli.core.config.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One setting that differs, in the words of the files. Variables stand as they are written, {@code
 * ${NAME}}; what looks like a secret in a file is shown as {@code ***}.
 *
 * @param file file it stands in now, or stood in when it is gone
 * @param field keys as in {@link Setting#field}
 * @param before as JSON, cut; empty = was not there
 * @param after as JSON, cut; empty = is no longer there
 */
public record SettingChange(
    String file, String field, Optional<String> before, Optional<String> after) {
  private static final String HIDDEN = "***";

  /** Longer values are texts nobody reads in a list. */
  private static final int LONGEST = 160;

  /**
   * As last part of a field. A channel key or a primary key would be hidden too, which is harmless.
   */
  private static final Pattern SECRET_FIELD =
      Pattern.compile(
          "(?i).*(token|secret|passw|passphrase|credential|api_?key|private_?key|auth|webhook|dsn)"
              + ".*");

  private static final Pattern VARIABLE =
      Pattern.compile("\"\\$\\{(?:env:)?[A-Za-z_][A-Za-z0-9_]*(:-)?}\"");

  private static final Pattern USER_INFO = Pattern.compile("(//[^/@\\s:\"]*:)[^@\\s\"]+@");
  private static final Pattern PASSWORD_PARAMETER =
      Pattern.compile("(?i)([?&](?:password|token|key|secret)=)[^&\\s\"]+");

  /**
   * Compares settings.
   *
   * @param before as written in the version in force
   * @param after as written in the files
   * @param sameFiles false: a setting counts as the same although it moved to another file, as when
   *     an actor's file is renamed
   */
  static List<SettingChange> between(List<Setting> before, List<Setting> after, boolean sameFiles) {
    Map<String, Setting> old = index(before, sameFiles);
    Map<String, Setting> now = index(after, sameFiles);
    List<SettingChange> changes = new ArrayList<>();
    TreeSet<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(now.keySet());
    for (String key : keys) {
      @Nullable Setting was = old.get(key);
      @Nullable Setting is = now.get(key);
      if (was == null || is == null || !was.value().equals(is.value())) {
        Setting shown = is == null ? was : is;
        if (shown != null) {
          changes.add(
              new SettingChange(
                  shown.file(),
                  shown.field(),
                  Optional.ofNullable(was).map(SettingChange::shown),
                  Optional.ofNullable(is).map(SettingChange::shown)));
        }
      }
    }
    return changes;
  }

  private static Map<String, Setting> index(List<Setting> settings, boolean sameFiles) {
    Map<String, Setting> index = new LinkedHashMap<>();
    for (Setting setting : settings) {
      index.put(sameFiles ? setting.file() + " " + setting.field() : setting.field(), setting);
    }
    return index;
  }

  private static String shown(Setting setting) {
    String last = setting.field().substring(setting.field().lastIndexOf('.') + 1);
    if (SECRET_FIELD.matcher(last).matches() && !VARIABLE.matcher(setting.value()).matches()) {
      return HIDDEN;
    }
    String value = USER_INFO.matcher(setting.value()).replaceAll("$1" + HIDDEN + "@");
    value =
        PASSWORD_PARAMETER
            .matcher(value)
            .replaceAll(found -> Matcher.quoteReplacement(found.group(1) + HIDDEN));
    return cut(value);
  }

  private static String cut(String value) {
    if (value.codePointCount(0, value.length()) <= LONGEST) {
      return value;
    }
    return value.substring(0, value.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }
}
