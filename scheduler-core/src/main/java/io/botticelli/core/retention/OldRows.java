package io.botticelli.core.retention;

import java.util.Optional;

/**
 * Old rows. Each call deletes at most {@code limit} rows in one transaction, and none while another
 * node deletes. Thread-safe; methods throw {@link io.botticelli.core.StoreException} when the
 * database fails.
 */
public interface OldRows {
  /**
   * Deletes the oldest executions with what belongs to them. The newest of each actor stays, and so
   * does whatever runs, waits for a person, or is still needed by a claim, a message or a trigger.
   *
   * @param days age, &gt;= 1
   * @return executions deleted
   */
  int deleteExecutions(int days, int limit);

  /**
   * Deletes old receipts, approvals and notes about generated content whose executions are gone,
   * closed findings, messages of the preview platform, starts of the cluster, and rate limits
   * nobody used. Approvals that are open, pinned messages and messages in doubt stay.
   *
   * @return rows deleted
   */
  int deleteRecords(int days, int limit);

  /**
   * Deletes the oldest rows of a content table that have a status, unless a claim or a message
   * still needs them.
   *
   * @return rows deleted
   */
  int deleteContent(String table, String status, int days, int limit);

  /** Returns why rows of a table cannot be aged, or empty when they can. */
  Optional<String> objection(String table);

  /** Counts executions that would be deleted, up to {@code most}. */
  int countExecutions(int days, int most);

  /** Counts rows of a content table that would be deleted, up to {@code most}. */
  int countContent(String table, RetentionRule rule, int most);
}
