package io.botticelli.core.table.jdbc;

import io.botticelli.core.history.Fence;
import io.botticelli.core.table.ContentTables.Generation;
import io.botticelli.core.table.ContentTables.StoreRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tracks what was generated: one row per stored or failed response. */
final class Generations {
  private static final int MAX_MESSAGE = 2_000;

  private Generations() {}

  /** Returns how many rows an attempt of this execution stored for a place, if one did. */
  static Optional<Integer> find(Connection connection, Fence fence, String place)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT row_count FROM public.content_generations"
                + " WHERE execution_id = ? AND place = ? AND status = 'success'")) {
      statement.setLong(1, fence.executionId());
      statement.setString(2, Coercion.clean(place));
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? Optional.of(result.getInt(1)) : Optional.empty();
      }
    }
  }

  static void succeeded(Connection connection, Fence fence, StoreRequest request, int rows)
      throws SQLException {
    record(connection, fence, request, "success", rows, null);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO public.content_generation_tables"
                + " (table_name, template_source, narrative_file, description)"
                + " VALUES (?, ?, ?, ?) ON CONFLICT (table_name) DO NOTHING")) {
      statement.setString(1, Coercion.clean(request.table()));
      statement.setString(2, request.template().map(Coercion::clean).orElse("inferred"));
      statement.setString(3, Coercion.clean(request.narrativeFile()));
      statement.setString(4, "created by narrative " + Coercion.clean(request.narrative()));
      statement.executeUpdate();
    }
  }

  static void failed(Connection connection, Fence fence, StoreRequest request, String message)
      throws SQLException {
    String text = Coercion.clean(message);
    record(
        connection,
        fence,
        request,
        "failed",
        0,
        text.length() <= MAX_MESSAGE ? text : Coercion.clean(text.substring(0, MAX_MESSAGE)));
  }

  private static void record(
      Connection connection,
      Fence fence,
      StoreRequest request,
      String status,
      int rows,
      @Nullable String message)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO public.content_generations (table_name, narrative_file, narrative_name,"
                + " completed_at, row_count, generation_duration_ms, status, error_message, run_id,"
                + " execution_id, place) VALUES (?, ?, ?, now(), ?, ?, ?, ?, ?, ?, ?)")) {
      statement.setString(1, Coercion.clean(request.table()));
      statement.setString(2, Coercion.clean(request.narrativeFile()));
      statement.setString(3, Coercion.clean(request.narrative()));
      statement.setInt(4, rows);
      statement.setLong(5, request.durationMs());
      statement.setString(6, status);
      statement.setString(7, message);
      statement.setString(8, Coercion.clean(request.runId()));
      statement.setLong(9, fence.executionId());
      statement.setString(10, Coercion.clean(request.place()));
      statement.executeUpdate();
    }
  }

  static List<Generation> list(Connection connection, Optional<String> status, int limit)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT id, table_name, narrative_name, narrative_file, generated_at, row_count,"
                + " generation_duration_ms, status, error_message FROM public.content_generations"
                + " WHERE ?::text IS NULL OR status = ? ORDER BY id DESC LIMIT ?")) {
      statement.setString(1, status.orElse(null));
      statement.setString(2, status.orElse(null));
      statement.setInt(3, limit);
      List<Generation> generations = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          generations.add(
              new Generation(
                  result.getLong(1),
                  result.getString(2),
                  result.getString(3),
                  result.getString(4),
                  result.getObject(5, OffsetDateTime.class).toInstant(),
                  Optional.ofNullable(result.getObject(6, Integer.class)),
                  Optional.ofNullable(result.getObject(7, Long.class)),
                  result.getString(8),
                  Optional.ofNullable(result.getString(9))));
        }
      }
      return generations;
    }
  }
}
