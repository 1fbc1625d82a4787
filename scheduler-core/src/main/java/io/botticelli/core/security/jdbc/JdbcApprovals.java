package io.botticelli.core.security.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.db.Transactions;
import io.botticelli.core.history.Fence;
import io.botticelli.core.posting.OutboundPosts.SourceRow;
import io.botticelli.core.security.Approvals;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps approvals in the table {@code approvals}; the database's clock says what has expired. */
public final class JdbcApprovals implements Approvals {
  private static final String SELECT =
      "SELECT a.*, CASE WHEN a.decision = 'pending' AND a.expires_at <= clock_timestamp()"
          + " THEN 'expired' ELSE a.decision END AS standing FROM public.approvals a ";

  private static final int MAX_ERROR_LENGTH = 500;

  private final Transactions transactions;
  private final ObjectMapper mapper = new ObjectMapper();

  /**
   * @param transactions over the application pool
   */
  public JdbcApprovals(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Approval request(Fence fence, Request request) {
    String arguments = storable(mapper.valueToTree(request.arguments()).toString());
    return transactions.fenced(
        "request an approval",
        fence.executionId(),
        fence.epoch(),
        connection -> {
          lock(connection, request.key());
          Optional<Approval> known = newest(connection, request.key());
          if (known.isPresent() && stillHolds(known.get(), fence, arguments)) {
            return known.get();
          }
          return find(connection, insert(connection, fence, request, arguments)).orElseThrow();
        });
  }

  /** Tells whether the same command need not be asked for again. */
  private boolean stillHolds(Approval known, Fence fence, String arguments) {
    boolean sameExecution = known.executionId() == fence.executionId();
    return switch (known.decision()) {
      case PENDING -> true;
      case APPROVED -> known.executedAt().isEmpty() || sameExecution;
      case DENIED -> sameExecution || tree(arguments).equals(tree(known));
      case EXPIRED -> false;
    };
  }

  private JsonNode tree(Approval known) {
    return mapper.valueToTree(known.request().arguments());
  }

  @Override
  public Optional<Approval> find(long id) {
    return transactions.read("find an approval", connection -> find(connection, id));
  }

  @Override
  public List<Approval> list(boolean undecidedOnly, int limit) {
    return transactions.read(
        "list approvals",
        connection -> {
          String which =
              undecidedOnly
                  ? "WHERE a.decision = 'pending' AND a.expires_at > clock_timestamp()"
                      + " OR a.decision = 'approved' AND a.executed_at IS NULL "
                  : "";
          try (PreparedStatement statement =
              connection.prepareStatement(SELECT + which + "ORDER BY a.id DESC LIMIT ?")) {
            statement.setInt(1, limit);
            return rows(statement);
          }
        });
  }

  @Override
  public boolean decide(long id, boolean approve, String by, String reason) {
    return transactions.write(
        "decide an approval",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "UPDATE public.approvals SET decision = ?, decided_by = ?,"
                      + " decided_at = clock_timestamp(), denial = ?"
                      + " WHERE id = ? AND decision = 'pending'"
                      + " AND expires_at > clock_timestamp()")) {
            statement.setString(1, approve ? "approved" : "denied");
            statement.setString(2, storable(by));
            statement.setString(3, storable(reason));
            statement.setLong(4, id);
            return statement.executeUpdate() == 1;
          }
        });
  }

  @Override
  public Turn begin(Fence fence, long id) {
    return transactions.fenced(
        "begin an approved command",
        fence.executionId(),
        fence.epoch(),
        connection -> {
          Turn turn = turn(connection, id);
          if (turn == Turn.FIRST || turn == Turn.REPEATED) {
            update(
                connection,
                "UPDATE public.approvals SET begun_by = ?, begun_epoch = ?, error = NULL"
                    + " WHERE id = ?",
                fence.executionId(),
                fence.epoch(),
                id);
          }
          return turn;
        });
  }

  private static Turn turn(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT a.decision, a.executed_at IS NOT NULL AS executed, a.begun_by, EXISTS"
                + " (SELECT 1 FROM public.actor_server_executions e WHERE e.id = a.begun_by"
                + " AND e.epoch = a.begun_epoch AND e.status = 'running'"
                + " AND e.lease_until > clock_timestamp()) AS begun_lives"
                + " FROM public.approvals a WHERE a.id = ? FOR UPDATE OF a")) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next() || !"approved".equals(row.getString("decision"))) {
          return Turn.NOT_APPROVED;
        }
        if (row.getBoolean("executed")) {
          return Turn.DONE;
        }
        if (row.getBoolean("begun_lives")) {
          return Turn.OTHERS;
        }
        return row.getObject("begun_by") == null ? Turn.FIRST : Turn.REPEATED;
      }
    }
  }

  @Override
  public void finish(Fence fence, long id, JsonNode result) {
    // A fact is recorded even if the execution was taken over; nobody else can have the turn.
    transactions.write(
        "record an approved command",
        connection ->
            update(
                connection,
                "UPDATE public.approvals SET executed_at = clock_timestamp(), result = ?::jsonb,"
                    + " error = NULL WHERE id = ? AND executed_at IS NULL AND begun_by = ?"
                    + " AND begun_epoch = ?",
                storable(result.toString()),
                id,
                fence.executionId(),
                fence.epoch()));
  }

  @Override
  public void fail(Fence fence, long id, String error, boolean mayHaveHappened) {
    String shown =
        storable(error.length() <= MAX_ERROR_LENGTH ? error : error.substring(0, MAX_ERROR_LENGTH));
    String released = mayHaveHappened ? "" : ", begun_by = NULL, begun_epoch = NULL";
    transactions.write(
        "record a failed approved command",
        connection ->
            update(
                connection,
                "UPDATE public.approvals SET error = ?"
                    + released
                    + " WHERE id = ? AND executed_at IS NULL AND begun_by = ?"
                    + " AND begun_epoch = ?",
                shown,
                id,
                fence.executionId(),
                fence.epoch()));
  }

  private static void lock(Connection connection, String key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtextextended(?, 11))")) {
      statement.setString(1, "approval " + storable(key));
      statement.execute();
    }
  }

  private long insert(Connection connection, Fence fence, Request request, String arguments)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO public.approvals (key, narrative, actor, execution_id, place, platform,"
                + " command, arguments, source_table, source_id, reason)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?) RETURNING id")) {
      statement.setString(1, storable(request.key()));
      statement.setString(2, storable(request.narrative()));
      statement.setString(3, storable(request.actor()));
      statement.setLong(4, fence.executionId());
      statement.setString(5, storable(request.place()));
      statement.setString(6, storable(request.platform()));
      statement.setString(7, storable(request.command()));
      statement.setString(8, arguments);
      statement.setString(9, request.source().map(SourceRow::table).orElse(null));
      statement.setObject(
          10, request.source().map(SourceRow::id).orElse(null), java.sql.Types.BIGINT);
      statement.setString(11, storable(request.reason()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private Optional<Approval> newest(Connection connection, String key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(SELECT + "WHERE a.key = ? ORDER BY a.id DESC LIMIT 1")) {
      statement.setString(1, storable(key));
      return rows(statement).stream().findFirst();
    }
  }

  private Optional<Approval> find(Connection connection, long id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SELECT + "WHERE a.id = ?")) {
      statement.setLong(1, id);
      return rows(statement).stream().findFirst();
    }
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  private List<Approval> rows(PreparedStatement statement) throws SQLException {
    List<Approval> approvals = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        approvals.add(approval(row));
      }
    }
    return approvals;
  }

  private Approval approval(ResultSet row) throws SQLException {
    @Nullable String table = row.getString("source_table");
    @Nullable String result = row.getString("result");
    Map<String, JsonNode> arguments = new LinkedHashMap<>();
    tree(row.getString("arguments"))
        .properties()
        .forEach(argument -> arguments.put(argument.getKey(), argument.getValue()));
    return new Approval(
        row.getLong("id"),
        new Request(
            row.getString("key"),
            row.getString("narrative"),
            row.getString("actor"),
            row.getString("place"),
            row.getString("platform"),
            row.getString("command"),
            arguments,
            table == null
                ? Optional.empty()
                : Optional.of(new SourceRow(table, row.getLong("source_id"))),
            row.getString("reason")),
        row.getLong("execution_id"),
        instant(row, "created_at").orElseThrow(),
        instant(row, "expires_at").orElseThrow(),
        Decision.valueOf(row.getString("standing").toUpperCase(Locale.ROOT)),
        Optional.ofNullable(row.getString("decided_by")),
        instant(row, "decided_at"),
        row.getString("denial"),
        instant(row, "executed_at"),
        Optional.ofNullable(result).map(this::tree),
        Optional.ofNullable(row.getString("error")));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private JsonNode tree(String json) {
    try {
      return mapper.readTree(json);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("the database stores only JSON as jsonb", impossible);
    }
  }

  /** PostgreSQL has no NUL, neither as a character of text nor escaped in jsonb. */
  private static String storable(String text) {
    return text.replace("\u0000", "").replace("\\u0000", "");
  }
}
