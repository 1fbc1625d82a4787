package io.botticelli.core.alert.jdbc;

import io.botticelli.core.alert.AlertFacts;
import io.botticelli.core.db.Transactions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Facts from history and the registry of nodes. Thread-safe. */
public final class JdbcAlertFacts implements AlertFacts {
  private final Transactions transactions;

  /**
   * @param transactions over the application pool
   */
  public JdbcAlertFacts(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Instant now() {
    return transactions.read(
        "read the database clock",
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement("SELECT clock_timestamp()");
              ResultSet row = statement.executeQuery()) {
            row.next();
            return instant(row, 1);
          }
        });
  }

  @Override
  public Map<String, Instant> withoutSuccessSince() {
    // One probe of the index (actor_name, id DESC) per actor ends at its newest success.
    String sql =
        """
        SELECT s.task_id, coalesce(
          (SELECT e.completed_at FROM public.actor_server_executions e
           WHERE e.actor_name = s.actor_name AND e.status = 'succeeded'
           ORDER BY e.id DESC LIMIT 1), s.created_at)
        FROM public.actor_server_state s WHERE s.enabled""";
    return transactions.read(
        "find the last successes",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql);
              ResultSet row = statement.executeQuery()) {
            Map<String, Instant> since = new HashMap<>();
            while (row.next()) {
              since.put(row.getString(1), instant(row, 2));
            }
            return since;
          }
        });
  }

  @Override
  public Set<String> waitingForQuota() {
    return transactions.read(
        "find actors that wait for a quota",
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement(
                      "SELECT task_id FROM public.actor_server_state"
                          + " WHERE breaker_state = 'open' AND breaker_cause = 'quota'");
              ResultSet row = statement.executeQuery()) {
            Set<String> actors = new HashSet<>();
            while (row.next()) {
              actors.add(row.getString(1));
            }
            return actors;
          }
        });
  }

  @Override
  public long tokensSince(Instant from) {
    return transactions.read(
        "sum the tokens of executions",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "SELECT coalesce(sum(tokens_in + tokens_out), 0)"
                      + " FROM public.actor_server_executions WHERE started_at >= ?")) {
            statement.setObject(1, from.atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
              row.next();
              return row.getLong(1);
            }
          }
        });
  }

  @Override
  public List<LostNode> lostNodes() {
    String sql =
        """
        SELECT instance_id, last_seen FROM public.cluster_nodes gone
        WHERE last_seen < clock_timestamp() - interval '60 seconds'
          AND last_seen > clock_timestamp() - interval '1 day'
          AND NOT EXISTS (SELECT 1 FROM public.cluster_nodes next
            WHERE next.host = gone.host AND next.started_at > gone.last_seen)
        ORDER BY instance_id""";
    return transactions.read(
        "list lost nodes",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql);
              ResultSet row = statement.executeQuery()) {
            List<LostNode> nodes = new ArrayList<>();
            while (row.next()) {
              nodes.add(new LostNode(row.getString(1), instant(row, 2)));
            }
            return nodes;
          }
        });
  }

  @Override
  public List<OpenFinding> openFindings() {
    String sql =
        """
        SELECT kind, subject, explanation, first_seen FROM public.doctor_findings
        WHERE resolved_at IS NULL AND severity <> 'info' ORDER BY id LIMIT 50""";
    return transactions.read(
        "list what the doctor found",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql);
              ResultSet row = statement.executeQuery()) {
            List<OpenFinding> findings = new ArrayList<>();
            while (row.next()) {
              findings.add(
                  new OpenFinding(
                      row.getString(1), row.getString(2), row.getString(3), instant(row, 4)));
            }
            return findings;
          }
        });
  }

  private static Instant instant(ResultSet row, int column) throws java.sql.SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
