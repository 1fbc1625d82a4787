package io.botticelli.core.retention;

import io.botticelli.core.ActorServerException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes old rows in small batches. Thread-safe. */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** Executions in one transaction; each takes its acts and their texts along. */
  private static final int EXECUTIONS = 100;

  private static final int ROWS = 500;

  private final OldRows rows;
  private final Supplier<RetentionPolicy> policy;
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  /**
   * @param policy what counts now; asked at each sweep
   */
  public Retention(OldRows rows, Supplier<RetentionPolicy> policy) {
    this.rows = rows;
    this.policy = policy;
  }

  /**
   * Deletes what is old, until nothing is left or the time is over; the rest waits for the next
   * sweep. A table whose rows cannot be deleted does not keep the others from it.
   *
   * @return rows deleted by what they are: {@code executions}, {@code records}, names of tables
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public Map<String, Integer> sweep(Duration budget) {
    long end = System.nanoTime() + budget.toNanos();
    RetentionPolicy rules = policy.get();
    Map<String, Integer> deleted = new LinkedHashMap<>();
    int days = rules.historyDays();
    drain(deleted, "executions", end, EXECUTIONS, () -> rows.deleteExecutions(days, EXECUTIONS));
    drain(deleted, "records", end, ROWS, () -> rows.deleteRecords(days, ROWS));
    rules.tables().forEach((table, rule) -> sweep(deleted, table, rule, end));
    if (!deleted.isEmpty()) {
      LOG.info("old rows deleted: {}", deleted);
    }
    return deleted;
  }

  private void sweep(Map<String, Integer> deleted, String table, RetentionRule rule, long end) {
    try {
      if (isRefused(table)) {
        return;
      }
      for (String status : rule.statuses()) {
        drain(
            deleted, table, end, ROWS, () -> rows.deleteContent(table, status, rule.days(), ROWS));
      }
    } catch (ActorServerException failure) {
      LOG.warn("rows of {} are not deleted now: {}", table, failure.getMessage());
    }
  }

  /** Said once: a table that is not there yet is no mistake. */
  private boolean isRefused(String table) {
    return rows.objection(table)
        .map(
            objection -> {
              if (refused.add(table + objection)) {
                LOG.warn("retention.tables.{}: {}; nothing of it is deleted", table, objection);
              }
              return true;
            })
        .orElse(false);
  }

  private static void drain(
      Map<String, Integer> deleted, String what, long end, int batch, IntSupplier delete) {
    int last;
    do {
      last = delete.getAsInt();
      if (last > 0) {
        deleted.merge(what, last, Integer::sum);
      }
    } while (last == batch
        && System.nanoTime() - end < 0
        && !Thread.currentThread().isInterrupted());
  }

  /**
   * Counts what a sweep would delete, and deletes nothing.
   *
   * @param most where counting ends
   * @return rows by what they are, as of {@link #sweep}
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public Map<String, Integer> preview(int most) {
    RetentionPolicy rules = policy.get();
    Map<String, Integer> old = new LinkedHashMap<>();
    old.put("executions", rows.countExecutions(rules.historyDays(), most));
    rules
        .tables()
        .forEach(
            (table, rule) -> {
              if (rows.objection(table).isEmpty()) {
                old.put(table, rows.countContent(table, rule, most));
              }
            });
    return old;
  }
}
