package io.botticelli.core.doctor.jdbc;

import io.botticelli.core.db.Transactions;
import io.botticelli.core.doctor.DoctorSettings;
import io.botticelli.core.doctor.Finding;
import io.botticelli.core.doctor.FindingKind;
import io.botticelli.core.doctor.Findings;
import io.botticelli.core.doctor.Symptom;
import io.botticelli.core.doctor.TriggerBlueprints;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Findings in {@code doctor_findings}. A look is one transaction under an advisory lock that ends
 * with it, so a node that dies while it looks leaves nothing behind.
 */
public final class JdbcFindings implements Findings {
  /** Key of the advisory lock around a look; any constant no other part uses. */
  private static final long LOCK_KEY = 0x626f_7474_646f_6374L;

  /** Repairs are counted over this long; shown are those of open findings and their forerunners. */
  static final String OF_LATE = "interval '24 hours'";

  private final Transactions transactions;
  private final DoctorSettings settings;
  private final Symptoms symptoms;
  private final TriggerBlueprints blueprints;

  /**
   * @param transactions over the application pool
   */
  public JdbcFindings(
      Transactions transactions, DoctorSettings settings, TriggerBlueprints blueprints) {
    this.transactions = transactions;
    this.blueprints = blueprints;
    this.settings = settings;
    this.symptoms = new Symptoms(settings);
  }

  @Override
  public Optional<List<Finding>> lookWhenDue() {
    return transactions.write(
        "examine the schedule",
        connection -> {
          if (!tryLock(connection) || !(isDue(connection) || symptoms.poisonIsNear(connection))) {
            return Optional.empty();
          }
          return Optional.of(look(connection));
        });
  }

  @Override
  public List<Finding> look() {
    return transactions.write(
        "examine the schedule",
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
            statement.setLong(1, LOCK_KEY);
            statement.execute();
          }
          return look(connection);
        });
  }

  @Override
  public List<Finding> list() {
    return transactions.read("list findings", JdbcFindings::list);
  }

  private static boolean tryLock(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
      statement.setLong(1, LOCK_KEY);
      return isTrue(statement);
    }
  }

  private boolean isDue(Connection connection) throws SQLException {
    String sql =
        """
        SELECT v.last_visit <= clock_timestamp() - ? * interval '1 millisecond'
          OR v.last_visit <= clock_timestamp() - ? * interval '1 millisecond'
            AND EXISTS (SELECT 1 FROM public.doctor_findings d WHERE d.resolved_at IS NULL
              AND (d.repaired_at >= v.last_visit OR d.repaired_at IS NULL
                AND d.first_seen > clock_timestamp() - ? * interval '1 millisecond'))
        FROM public.doctor_visits v""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, settings.period().toMillis());
      statement.setLong(2, settings.settle().toMillis());
      statement.setLong(3, settings.period().toMillis());
      return isTrue(statement);
    }
  }

  private static boolean isTrue(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  private List<Finding> look(Connection connection) throws SQLException {
    Instant at = begin(connection);
    for (Symptom symptom : symptoms.look(connection, blueprints)) {
      record(connection, symptom, at);
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE public.doctor_findings SET resolved_at = clock_timestamp()"
                + " WHERE resolved_at IS NULL AND last_seen < ?")) {
      statement.setObject(1, at.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
    return list(connection);
  }

  private static Instant begin(Connection connection) throws SQLException {
    String sql =
        "INSERT INTO public.doctor_visits AS v (last_visit) VALUES (clock_timestamp())"
            + " ON CONFLICT (singleton) DO UPDATE SET last_visit = clock_timestamp()"
            + " RETURNING v.last_visit";
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  private static void record(Connection connection, Symptom symptom, Instant at)
      throws SQLException {
    String sql =
        """
        INSERT INTO public.doctor_findings AS d
          (kind, subject, severity, explanation, advice, first_seen, last_seen)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (kind, subject) WHERE resolved_at IS NULL DO UPDATE
        SET last_seen = excluded.last_seen, count = d.count + 1, severity = excluded.severity,
          explanation = excluded.explanation, advice = excluded.advice""";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, symptom.kind().stored());
      statement.setString(2, symptom.subject());
      statement.setString(3, symptom.kind().severity().stored());
      statement.setString(4, symptom.explanation());
      statement.setString(5, symptom.advice());
      statement.setObject(6, at.atOffset(ZoneOffset.UTC));
      statement.setObject(7, at.atOffset(ZoneOffset.UTC));
      statement.executeUpdate();
    }
  }

  private static List<Finding> list(Connection connection) throws SQLException {
    String sql =
        "SELECT d.*, (SELECT sum(o.repairs) FROM public.doctor_findings o WHERE o.kind = d.kind"
            + " AND o.subject = d.subject AND o.last_seen > clock_timestamp() - "
            + OF_LATE
            + ") AS repairs_of_late FROM public.doctor_findings d WHERE d.resolved_at IS NULL"
            + " ORDER BY array_position(ARRAY['error', 'warn', 'info'], d.severity), d.id";
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      List<Finding> findings = new ArrayList<>();
      while (row.next()) {
        Optional<FindingKind> kind = FindingKind.ofStored(row.getString("kind"));
        if (kind.isEmpty()) {
          continue;
        }
        findings.add(
            new Finding(
                row.getLong("id"),
                kind.get(),
                row.getString("subject"),
                instant(row, "first_seen").orElseThrow(),
                instant(row, "last_seen").orElseThrow(),
                row.getInt("count"),
                row.getString("explanation"),
                row.getString("advice"),
                row.getInt("repairs_of_late"),
                instant(row, "repaired_at")));
      }
      return findings;
    }
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
