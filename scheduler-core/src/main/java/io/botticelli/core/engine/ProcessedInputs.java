package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.engine.CommandCalls.Called;
import io.botticelli.core.engine.NestedRuns.Nested;
import io.botticelli.core.narrative.ActInput.TableRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the inputs of one act gave. Confined to the run's thread. */
final class ProcessedInputs {
  private final List<TurnPart> parts = new ArrayList<>();
  private final List<Called> calls = new ArrayList<>();
  private final List<Pass.TableValue> tables = new ArrayList<>();
  private final List<Nested> nested = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private boolean schemaAssembled;

  void add(TurnPart part) {
    parts.add(part);
  }

  void add(Called call) {
    calls.add(call);
  }

  void add(TableRead read, Pass.TableValue table) {
    tables.add(table);
    if (read.required() && table.rows().rows().isEmpty()) {
      missing.add(read.table());
    }
  }

  /**
   * @throws RunEndedException if a table that must have rows has none
   */
  void requireRows() {
    if (!missing.isEmpty()) {
      throw RunEndedException.failed(
          "required_rows_missing",
          "table "
              + String.join(", ", missing)
              + " is required and has no matching rows or does not exist");
    }
  }

  void add(Nested run) {
    nested.add(run);
  }

  void markSchemaAssembled() {
    schemaAssembled = true;
  }

  boolean isSchemaAssembled() {
    return schemaAssembled;
  }

  /** Returns the parts in order; several that are not text of the narrative carry a label. */
  List<TurnPart> parts() {
    boolean label = parts.stream().filter(TurnPart::isResource).count() >= 2;
    return label ? parts.stream().map(TurnPart::labelled).toList() : List.copyOf(parts);
  }

  /** Returns the result of the last command that succeeded, or null. */
  @Nullable JsonNode lastResult() {
    JsonNode last = null;
    for (Called call : calls) {
      last = call.result() != null ? call.result() : last;
    }
    return last;
  }

  /** Tells whether there were commands and none succeeded. */
  boolean allCommandsFailed() {
    return !calls.isEmpty() && lastResult() == null;
  }

  /** Returns why optional commands failed. */
  Optional<String> failures() {
    String text =
        calls.stream()
            .filter(call -> call.result() == null)
            .map(call -> "optional command " + call.command() + " failed: " + call.error())
            .collect(Collectors.joining("; "));
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Tells whether everything the act wanted to read is empty. */
  boolean hasEmptySource() {
    boolean tablesEmpty =
        !tables.isEmpty() && tables.stream().allMatch(table -> table.rows().rows().isEmpty());
    boolean nestedEmpty = !nested.isEmpty() && nested.stream().allMatch(Nested::skipped);
    return tables.isEmpty() ? nestedEmpty : tablesEmpty;
  }

  /** Returns the response of an act that calls no model. */
  String actionResponse() {
    JsonNode last = lastResult();
    if (last != null) {
      return last.toString();
    }
    if (!calls.isEmpty()) {
      Called failed = calls.get(calls.size() - 1);
      return new ObjectMapper()
          .createObjectNode()
          .put("status", "failed")
          .put("command", failed.command())
          .put("error", failed.error())
          .toString();
    }
    if (!tables.isEmpty()) {
      return tables.stream().map(Pass.TableValue::text).collect(Collectors.joining("\n\n"));
    }
    return nested.isEmpty() ? "{\"status\":\"ok\"}" : nested.get(nested.size() - 1).response();
  }
}
