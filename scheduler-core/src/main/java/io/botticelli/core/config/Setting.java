package io.botticelli.core.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One setting as a file says it, before variables are replaced.
 *
 * @param file file it stands in
 * @param field keys from the root of the file, or of the actor's entry in the server file, for
 *     example {@code actor.schedule.hours}
 * @param value as JSON, whole; may hold a secret that somebody wrote into a file
 */
public record Setting(String file, String field, String value) {

  /** Tells what the setting is, not its value. */
  @Override
  public String toString() {
    return "Setting[" + file + ": " + field + "]";
  }

  /**
   * Returns the settings of a TOML text.
   *
   * @return empty if the text is not TOML
   */
  public static Optional<List<Setting>> ofToml(String file, String text) {
    try {
      return Optional.of(of(file, TomlDocument.parse(file, text).root(), Set.of()));
    } catch (TomlSyntaxException noToml) {
      return Optional.empty();
    }
  }

  /** Returns the settings of a table but those below the keys to leave out. */
  static List<Setting> of(String file, JsonNode table, Set<String> leftOut) {
    List<Setting> settings = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : table.properties()) {
      if (!leftOut.contains(entry.getKey())) {
        add(file, entry.getKey(), entry.getValue(), settings);
      }
    }
    return settings;
  }

  private static void add(String file, String field, JsonNode value, List<Setting> settings) {
    if (value.isObject() && !value.isEmpty()) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        add(file, field + "." + entry.getKey(), entry.getValue(), settings);
      }
    } else if (value.isArray() && holdsTables(value)) {
      for (int i = 0; i < value.size(); i++) {
        add(file, field + "[" + i + "]", value.get(i), settings);
      }
    } else {
      settings.add(new Setting(file, field, value.toString()));
    }
  }

  private static boolean holdsTables(JsonNode array) {
    for (JsonNode element : array) {
      if (element.isObject()) {
        return true;
      }
    }
    return false;
  }
}
