package io.botticelli.core.history.jdbc;

import static io.botticelli.core.db.PostgresText.storable;
import static io.botticelli.core.history.jdbc.Columns.text;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.Fence;
import io.botticelli.core.history.RunRecorder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Optional;

/**
 * Narrative runs in {@code narrative_executions}, {@code act_executions} and {@code act_inputs};
 * one fenced transaction for each call. Thread-safe.
 */
public final class JdbcRunRecorder implements RunRecorder {
  private final Transactions transactions;

  /**
   * @param transactions the application's connections
   */
  public JdbcRunRecorder(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void startRun(
      Fence fence,
      String runId,
      Optional<String> parentRunId,
      String narrative,
      String description,
      String file,
      int iteration) {
    String sql =
        """
        INSERT INTO public.narrative_executions
          (run_id, parent_run_id, narrative_name, narrative_description, file, iteration,
           execution_id, attempt_epoch, actor, started_at)
        SELECT ?, ?, ?, ?, ?, ?, e.id, e.epoch, e.actor_name, clock_timestamp()
        FROM public.actor_server_executions e WHERE e.id = ?""";
    fenced(
        "record the start of run " + runId,
        fence,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, storable(runId));
            statement.setString(2, text(parentRunId));
            statement.setString(3, storable(narrative));
            statement.setString(4, storable(description));
            statement.setString(5, storable(file));
            statement.setInt(6, iteration);
            statement.setLong(7, fence.executionId());
            return statement.executeUpdate();
          }
        });
  }

  @Override
  public void recordAct(Fence fence, String runId, ActRecord act) {
    fenced(
        "record an act of run " + runId,
        fence,
        connection -> {
          long run = addTokens(connection, fence, runId, act);
          long actId = insertAct(connection, run, act);
          insertInputs(connection, actId, act.inputs());
          return null;
        });
  }

  /** Adds what the act reported to the run's totals and returns the run's row id. */
  private static long addTokens(Connection connection, Fence fence, String runId, ActRecord act)
      throws SQLException {
    String sql =
        """
        UPDATE public.narrative_executions
        SET tokens_in = tokens_in + ?, tokens_out = tokens_out + ?
        WHERE run_id = ? AND execution_id = ? RETURNING id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, Math.max(0, act.tokensIn()));
      statement.setLong(2, Math.max(0, act.tokensOut()));
      statement.setString(3, storable(runId));
      statement.setLong(4, fence.executionId());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException(
              "run " + runId + " of execution " + fence.executionId() + " was never started");
        }
        return row.getLong(1);
      }
    }
  }

  private static long insertAct(Connection connection, long run, ActRecord act)
      throws SQLException {
    String sql =
        """
        INSERT INTO public.act_executions
          (execution_id, act_name, sequence_number, model, temperature, max_tokens, response, status,
           error_message, duration_ms, tokens_in, tokens_out, finish_reason, rows_stored,
           prompt_hash, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp())
        RETURNING id""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, run);
      statement.setString(2, storable(act.name()));
      statement.setInt(3, act.sequence());
      statement.setString(4, text(act.model()));
      statement.setObject(5, act.temperature().map(Double::floatValue).orElse(null), Types.REAL);
      statement.setObject(6, act.maxTokens().orElse(null), Types.INTEGER);
      statement.setString(7, storable(act.response()));
      statement.setString(8, storable(act.status()));
      statement.setString(9, text(act.error()));
      statement.setLong(10, act.durationMs());
      statement.setLong(11, act.tokensIn());
      statement.setLong(12, act.tokensOut());
      statement.setString(13, storable(act.finishReason()));
      statement.setInt(14, act.rowsStored());
      statement.setString(15, PromptHash.of(act.inputs()).orElse(null));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static void insertInputs(Connection connection, long act, List<SentInput> inputs)
      throws SQLException {
    if (inputs.isEmpty()) {
      return;
    }
    String sql =
        """
        INSERT INTO public.act_inputs
          (act_execution_id, input_order, input_type, text_content, mime_type, filename)
        VALUES (?, ?, ?, ?, ?, ?)""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < inputs.size(); i++) {
        SentInput input = inputs.get(i);
        statement.setLong(1, act);
        statement.setInt(2, i);
        statement.setString(3, storable(input.type()));
        statement.setString(4, storable(input.text()));
        statement.setString(5, text(input.mime()));
        statement.setString(6, text(input.filename()));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  @Override
  public void finishRun(
      Fence fence, String runId, String status, String contentStatus, Optional<String> error) {
    String sql =
        """
        UPDATE public.narrative_executions
        SET status = ?, content_status = ?, error_message = ?, completed_at = clock_timestamp()
        WHERE run_id = ? AND execution_id = ?""";
    fenced(
        "record the end of run " + runId,
        fence,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, status);
            statement.setString(2, contentStatus);
            statement.setString(3, text(error));
            statement.setString(4, storable(runId));
            statement.setLong(5, fence.executionId());
            return statement.executeUpdate();
          }
        });
  }

  private <T> void fenced(String what, Fence fence, Transactions.Work<T> work) {
    transactions.fenced(what, fence.executionId(), fence.epoch(), work);
  }
}
