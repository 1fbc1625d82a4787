package io.botticelli.core.history.jdbc;

import static io.botticelli.core.history.jdbc.Columns.optionalText;

import io.botticelli.core.history.ExecutionHistory.ActRun;
import io.botticelli.core.history.ExecutionHistory.NarrativeRun;
import io.botticelli.core.history.RunRecorder.SentInput;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the narrative runs of an execution with acts and inputs, in three statements. */
final class RecordedRuns {
  private RecordedRuns() {}

  static List<NarrativeRun> list(Connection connection, long executionId) throws SQLException {
    Map<Long, List<ActRun>> acts = acts(connection, executionId, inputs(connection, executionId));
    String sql =
        """
        SELECT id, run_id, parent_run_id, narrative_name, file, iteration, started_at, completed_at,
          status, error_message
        FROM public.narrative_executions WHERE execution_id = ? ORDER BY id""";
    List<NarrativeRun> runs = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, executionId);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          runs.add(
              new NarrativeRun(
                  row.getString("run_id"),
                  optionalText(row, "parent_run_id"),
                  row.getString("narrative_name"),
                  row.getString("file"),
                  row.getInt("iteration"),
                  Columns.instant(row, "started_at"),
                  Columns.optionalInstant(row, "completed_at"),
                  row.getString("status"),
                  optionalText(row, "error_message"),
                  List.copyOf(acts.getOrDefault(row.getLong("id"), List.of()))));
        }
      }
    }
    return runs;
  }

  private static Map<Long, List<ActRun>> acts(
      Connection connection, long executionId, Map<Long, List<SentInput>> inputs)
      throws SQLException {
    String sql =
        """
        SELECT a.id, a.execution_id, a.sequence_number, a.act_name, a.model, a.response,
          a.tokens_in, a.tokens_out, a.duration_ms, a.rows_stored, a.status,
          a.temperature, a.max_tokens, a.prompt_hash
        FROM public.act_executions a
        JOIN public.narrative_executions n ON n.id = a.execution_id
        WHERE n.execution_id = ? ORDER BY a.id""";
    Map<Long, List<ActRun>> acts = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, executionId);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          acts.computeIfAbsent(row.getLong("execution_id"), run -> new ArrayList<>())
              .add(
                  new ActRun(
                      row.getInt("sequence_number"),
                      row.getString("act_name"),
                      optionalText(row, "model"),
                      row.getString("response"),
                      row.getLong("tokens_in"),
                      row.getLong("tokens_out"),
                      row.getLong("duration_ms"),
                      row.getInt("rows_stored"),
                      row.getString("status"),
                      List.copyOf(inputs.getOrDefault(row.getLong("id"), List.of())),
                      // Through its shortest decimal form: 0.7 is kept as a float.
                      optionalText(row, "temperature").map(Double::valueOf),
                      optionalText(row, "max_tokens").map(Integer::valueOf),
                      optionalText(row, "prompt_hash")));
        }
      }
    }
    return acts;
  }

  private static Map<Long, List<SentInput>> inputs(Connection connection, long executionId)
      throws SQLException {
    String sql =
        """
        SELECT i.act_execution_id, i.input_type, i.text_content, i.mime_type, i.filename
        FROM public.act_inputs i
        JOIN public.act_executions a ON a.id = i.act_execution_id
        JOIN public.narrative_executions n ON n.id = a.execution_id
        WHERE n.execution_id = ? ORDER BY i.act_execution_id, i.input_order""";
    Map<Long, List<SentInput>> inputs = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, executionId);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          inputs
              .computeIfAbsent(row.getLong("act_execution_id"), act -> new ArrayList<>())
              .add(
                  new SentInput(
                      row.getString("input_type"),
                      optionalText(row, "text_content").orElse(""),
                      optionalText(row, "mime_type"),
                      optionalText(row, "filename")));
        }
      }
    }
    return inputs;
  }
}
