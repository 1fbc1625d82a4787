package io.botticelli.core.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** Makes up results of commands that are not carried out, so that later acts find their ids. */
final class DryRunResults {
  private static final long SMALLEST_ID = 900_000_000_000_000_000L;

  private final Clock clock;

  DryRunResults(Clock clock) {
    this.clock = clock;
  }

  /** Returns {@code dry_run = true}, the plain arguments and ids that depend on them alone. */
  JsonNode of(CommandCall call) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    if (call.isDatabase()) {
      JsonNode table = call.arguments().get("table_name");
      result.put("rows_affected", 0).put("table_name", table == null ? "" : table.asText());
      return result.put("dry_run", true);
    }
    new TreeMap<>(call.arguments())
        .forEach(
            (name, value) -> {
              if (value.isValueNode()) {
                result.set(name, value);
              }
            });
    String id = id(call);
    for (String name : List.of("id", idName(call.command()))) {
      result.put(name, id);
    }
    if (call.command().equals("messages.send")) {
      result.put("timestamp", clock.instant().toString());
      if (!result.has("tts")) {
        result.put("tts", false);
      }
    }
    if (call.command().equals("channels.get_or_create")) {
      result.put("existed", false);
    }
    return result.put("dry_run", true);
  }

  private static String idName(String command) {
    return switch (command) {
      case "threads.create", "forum.create_post" -> "thread_id";
      case "events.create" -> "event_id";
      default -> "id";
    };
  }

  private static String id(CommandCall call) {
    CRC32 sum = new CRC32();
    sum.update(call.command().getBytes(StandardCharsets.UTF_8));
    sum.update(new TreeMap<>(call.arguments()).toString().getBytes(StandardCharsets.UTF_8));
    return Long.toString(SMALLEST_ID + sum.getValue());
  }
}
