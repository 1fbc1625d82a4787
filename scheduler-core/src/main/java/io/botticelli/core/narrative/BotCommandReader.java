package io.botticelli.core.narrative;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.toml.TomlSection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads platform commands, as resource or written in an act. */
final class BotCommandReader {
  private static final Set<String> RESERVED =
      Set.of(
          "platform",
          "command",
          "required",
          "cache_duration",
          "history_retention",
          "state",
          "store_as");
  private static final Set<String> STATE_KEYS = Set.of("cache_key", "extract_field");
  private static final String DEFAULT_FIELD = "id";

  private final Reading reading;

  BotCommandReader(Reading reading) {
    this.reading = reading;
  }

  /** Reads {@code [bots.NAME]}: every key that is not reserved is an argument. */
  Optional<BotCommand> resource(TomlSection section) {
    return read(section, arguments(section, RESERVED));
  }

  /** Reads an input of type {@code bot_command}: stray keys join {@code args}, which wins. */
  Optional<BotCommand> input(TomlSection section) {
    Set<String> own = new HashSet<>(RESERVED);
    own.add("type");
    own.add("args");
    Map<String, Object> arguments = arguments(section, own);
    section.table("args").ifPresent(args -> arguments.putAll(arguments(args, Set.of())));
    return read(section, arguments);
  }

  private Optional<BotCommand> read(TomlSection section, Map<String, Object> arguments) {
    Optional<String> platform = section.requiredString("platform");
    Optional<String> command = section.requiredString("command");
    Optional<Boolean> required = section.bool("required");
    Optional<Integer> cache = section.integer("cache_duration", 0);
    Retention retention = SettingsReader.retention(section, Retention.FULL);
    Map<String, String> capture = capture(section);
    Optional<String> storeAs =
        section.has("store_as") ? section.requiredString("store_as") : Optional.empty();
    if (platform.isEmpty() || command.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new BotCommand(
            platform.get().strip(),
            command.get().strip(),
            arguments,
            required,
            cache,
            retention,
            capture,
            storeAs));
  }

  private static Map<String, String> capture(TomlSection section) {
    Map<String, String> capture = new LinkedHashMap<>();
    section
        .table("state")
        .ifPresent(
            state -> {
              state.warnUnknown(STATE_KEYS);
              String field = state.string("extract_field").orElse(DEFAULT_FIELD);
              state.requiredString("cache_key").ifPresent(key -> capture.put(key, field));
            });
    return capture;
  }

  private Map<String, Object> arguments(TomlSection section, Set<String> without) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    for (String key : section.keys()) {
      if (!without.contains(key)) {
        arguments.put(key, value(section.node().get(key), section.path(key)));
      }
    }
    return arguments;
  }

  private Object value(JsonNode node, List<String> path) {
    if (node.isTextual()) {
      reading.noticePlaceholders(node.textValue(), path);
      return reading.environment().expandArgument(node.textValue());
    } else if (node.isBoolean()) {
      return node.booleanValue();
    } else if (node.isIntegralNumber()) {
      return node.longValue();
    } else if (node.isNumber()) {
      if (!Double.isFinite(node.doubleValue())) {
        reading.reporter().error("out_of_range", path, "is no finite number");
        return 0.0;
      }
      return node.doubleValue();
    } else if (node.isArray()) {
      List<Object> elements = new ArrayList<>();
      for (int i = 0; i < node.size(); i++) {
        elements.add(value(node.get(i), append(path, String.valueOf(i))));
      }
      return elements;
    }
    Map<String, Object> table = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      table.put(field.getKey(), value(field.getValue(), append(path, field.getKey())));
    }
    return table;
  }

  private static List<String> append(List<String> path, String key) {
    List<String> longer = new ArrayList<>(path);
    longer.add(key);
    return longer;
  }
}
