package io.botticelli.core.table.jdbc;

import io.botticelli.core.table.ContentTables.TableQuery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Keeps rows for one execution. {@code row_claims} says who owns a row, {@code row_claim_reads}
 * which rows each query of the owner returned, in order.
 *
 * <p>A claim is alive while its owner runs and either lease holds, the claim's or the execution's,
 * both by the database clock: a dead owner's rows wait for the attempt that recovers it, a finished
 * owner's are free at once. Claims of one table are made one after another under an advisory lock:
 * without it two transactions could both miss the other's uncommitted claim, since {@code SKIP
 * LOCKED} re-checks neither a row that was merely locked nor another table. The caller's
 * transaction is fenced.
 */
final class RowClaims {
  /** Keeps one claim short after many executions ended without settling. */
  private static final int MAX_SWEPT = 1_000;

  private static final String ALIVE =
      "EXISTS (SELECT 1 FROM public.actor_server_executions e"
          + " WHERE e.id = c.execution_id AND e.status = 'running'"
          + " AND (c.lease_until > clock_timestamp() OR e.lease_until > clock_timestamp()))";

  private RowClaims() {}

  /** Identifies the rows a query asks for; the projection does not matter. */
  static String fingerprint(TableQuery query, Relation table) {
    StringBuilder text = new StringBuilder();
    for (Object part :
        List.of(
            table.claimName(),
            query.where().orElse(""),
            query.limit(),
            query.offset(),
            query.orderBy().orElse(""),
            query.sample())) {
      String value = part.toString();
      text.append(value.length()).append(':').append(value);
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /**
   * Returns the keys this execution got for the same query before, in the same order, or else
   * claims rows nobody else holds.
   *
   * @param consume true: the rows are deleted when the claims are settled with consume
   */
  static List<Long> claim(
      Connection connection, Owner owner, Relation table, Selection selection, boolean consume)
      throws SQLException {
    lock(connection, table);
    sweep(connection, table);
    List<Long> keys = held(connection, owner, table);
    if (keys.isEmpty()) {
      keys = select(connection, owner, table, selection);
    }
    if (!keys.isEmpty()) {
      record(connection, owner, table, keys, consume);
    }
    return keys;
  }

  private static void lock(Connection connection, Relation table) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_advisory_xact_lock(hashtextextended('botticelli.claims.' || ?, 0))")) {
      statement.setString(1, table.claimName());
      statement.execute();
    }
  }

  /** Claims that a finished execution left behind hide nothing; this keeps them from piling up. */
  private static void sweep(Connection connection, Relation table) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM public.row_claims WHERE (table_name, row_id) IN"
                + " (SELECT c.table_name, c.row_id FROM public.row_claims c WHERE c.table_name = ?"
                + " AND NOT EXISTS (SELECT 1 FROM public.actor_server_executions e"
                + " WHERE e.id = c.execution_id AND e.status IN ('running', 'waiting_approval'))"
                + " LIMIT "
                + MAX_SWEPT
                + " FOR UPDATE OF c SKIP LOCKED)")) {
      statement.setString(1, table.claimName());
      statement.executeUpdate();
    }
  }

  private static List<Long> held(Connection connection, Owner owner, Relation table)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT row_id FROM public.row_claim_reads WHERE execution_id = ? AND scope = ?"
                + " AND query = ? AND table_name = ? ORDER BY ordinal")) {
      statement.setLong(1, owner.executionId());
      statement.setString(2, owner.scope());
      statement.setString(3, owner.query());
      statement.setString(4, table.claimName());
      return keys(statement);
    }
  }

  private static List<Long> select(
      Connection connection, Owner owner, Relation table, Selection selection) throws SQLException {
    String key = table.key().orElseThrow().quoted();
    String sql =
        "SELECT t."
            + key
            + " FROM "
            + table.quoted()
            + " AS t WHERE "
            + selection.where().map(filter -> "(" + filter.sql() + ") AND ").orElse("")
            + "t."
            + key
            + " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM public.row_claims c"
            + " WHERE c.table_name = ? AND c.row_id = t."
            + key
            + " AND c.execution_id <> ? AND "
            + ALIVE
            + ")"
            + selection.orderBy()
            + " LIMIT ? OFFSET ? FOR UPDATE OF t SKIP LOCKED";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int next = 1;
      if (selection.where().isPresent()) {
        next = selection.where().get().bind(statement, next);
      }
      statement.setString(next++, table.claimName());
      statement.setLong(next++, owner.executionId());
      statement.setInt(next++, selection.limit());
      statement.setInt(next, selection.offset());
      return keys(statement);
    } catch (SQLException failure) {
      throw SqlFailures.ofFilter(table.name(), failure);
    }
  }

  /** Also renews the leases of rows held already. */
  private static void record(
      Connection connection, Owner owner, Relation table, List<Long> keys, boolean consume)
      throws SQLException {
    Array rows = connection.createArrayOf("bigint", keys.toArray());
    try (PreparedStatement dead =
        connection.prepareStatement(
            "DELETE FROM public.row_claims WHERE table_name = ? AND row_id = ANY (?)"
                + " AND execution_id <> ?")) {
      dead.setString(1, table.claimName());
      dead.setArray(2, rows);
      dead.setLong(3, owner.executionId());
      dead.executeUpdate();
    }
    try (PreparedStatement claim =
        connection.prepareStatement(
            "INSERT INTO public.row_claims AS c (table_name, row_id, execution_id, scope, query,"
                + " ordinal, consume, claimed_at, lease_until)"
                + " SELECT ?, k.row_id, ?, ?, ?, k.ordinal, ?, clock_timestamp(),"
                + " clock_timestamp() + ? * interval '1 millisecond'"
                + " FROM unnest(?) WITH ORDINALITY AS k (row_id, ordinal)"
                + " ON CONFLICT (table_name, row_id) DO UPDATE"
                + " SET lease_until = greatest(c.lease_until, excluded.lease_until),"
                + " consume = c.consume OR excluded.consume")) {
      claim.setString(1, table.claimName());
      claim.setLong(2, owner.executionId());
      claim.setString(3, owner.scope());
      claim.setString(4, owner.query());
      claim.setBoolean(5, consume);
      claim.setLong(6, owner.lease().toMillis());
      claim.setArray(7, rows);
      claim.executeUpdate();
    }
    try (PreparedStatement read =
        connection.prepareStatement(
            "INSERT INTO public.row_claim_reads AS r (table_name, row_id, execution_id, scope,"
                + " query, ordinal, consume)"
                + " SELECT ?, k.row_id, ?, ?, ?, k.ordinal, ?"
                + " FROM unnest(?) WITH ORDINALITY AS k (row_id, ordinal)"
                + " ON CONFLICT (execution_id, scope, query, table_name, row_id) DO UPDATE"
                + " SET consume = r.consume OR excluded.consume")) {
      read.setString(1, table.claimName());
      read.setLong(2, owner.executionId());
      read.setString(3, owner.scope());
      read.setString(4, owner.query());
      read.setBoolean(5, consume);
      read.setArray(6, rows);
      read.executeUpdate();
    }
  }

  /**
   * Ends the claims of a scope.
   *
   * @param consume true: deletes the rows claimed for consumption
   */
  static void settle(
      Connection connection, TableCatalog catalog, long executionId, String scope, boolean consume)
      throws SQLException {
    if (consume) {
      for (String table : consumedTables(connection, executionId, scope)) {
        Optional<Relation> relation = catalog.findClaimed(connection, table);
        if (relation.isPresent()) {
          deleteRows(connection, relation.get(), executionId, scope);
        }
      }
    }
    try (PreparedStatement reads =
        connection.prepareStatement(
            "DELETE FROM public.row_claim_reads WHERE execution_id = ? AND scope = ?")) {
      reads.setLong(1, executionId);
      reads.setString(2, scope);
      reads.executeUpdate();
    }
    try (PreparedStatement claims =
        connection.prepareStatement(
            "DELETE FROM public.row_claims c WHERE c.execution_id = ? AND NOT EXISTS"
                + " (SELECT 1 FROM public.row_claim_reads r"
                + " WHERE r.table_name = c.table_name AND r.row_id = c.row_id)")) {
      claims.setLong(1, executionId);
      claims.executeUpdate();
    }
  }

  private static List<String> consumedTables(Connection connection, long executionId, String scope)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT DISTINCT table_name FROM public.row_claim_reads"
                + " WHERE execution_id = ? AND scope = ? AND consume ORDER BY table_name")) {
      statement.setLong(1, executionId);
      statement.setString(2, scope);
      List<String> tables = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          tables.add(result.getString(1));
        }
      }
      return tables;
    }
  }

  private static void deleteRows(
      Connection connection, Relation table, long executionId, String scope) throws SQLException {
    Optional<TableColumn> key = table.key();
    if (key.isEmpty()) {
      return; // Replaced by a table of another shape meanwhile: these are not the claimed rows.
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM "
                + table.quoted()
                + " AS t WHERE t."
                + key.get().quoted()
                + " IN (SELECT r.row_id FROM public.row_claim_reads r WHERE r.table_name = ?"
                + " AND r.execution_id = ? AND r.scope = ? AND r.consume)")) {
      statement.setString(1, table.claimName());
      statement.setLong(2, executionId);
      statement.setString(3, scope);
      statement.executeUpdate();
    } catch (SQLException failure) {
      throw SqlFailures.ofValues(table.name(), failure);
    }
  }

  private static List<Long> keys(PreparedStatement statement) throws SQLException {
    List<Long> keys = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        keys.add(result.getLong(1));
      }
    }
    return keys;
  }

  /**
   * Who claims.
   *
   * @param query fingerprint of the query
   */
  record Owner(long executionId, String scope, String query, Duration lease) {}
}
