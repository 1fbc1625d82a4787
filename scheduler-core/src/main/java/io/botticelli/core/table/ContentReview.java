package io.botticelli.core.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What people do to rows of content tables: look, tag, rate, review, promote, delete.
 *
 * <p>Every row carries a version that changes with each change of the row, whoever made it. A
 * change that names a version is made only while the row still has it, so that two people, or a
 * person and a narrative, never overwrite each other unseen. Tables of the server are refused. Each
 * change is one transaction and one line of the log {@code io.botticelli.audit}.
 *
 * <p>Methods throw {@link TableException} for anything the caller asked wrong, with {@code
 * row_missing} when the row is not there and {@code row_changed} when it has another version, and
 * {@link io.botticelli.core.StoreException} when the database fails. Thread-safe.
 */
public interface ContentReview {
  /** Smallest rating. */
  int LOWEST_RATING = 1;

  /** Largest rating. */
  int HIGHEST_RATING = 5;

  /**
   * Lists rows, newest first; empty when the table does not exist.
   *
   * @param status value of {@code review_status}, or empty; ignored when there is no such column
   * @param limit 1..1000
   */
  Optional<List<ReviewedRow>> list(String table, Optional<String> status, int limit);

  /** Returns one row by id, or empty. */
  Optional<ReviewedRow> find(String table, long id);

  /**
   * Replaces a row's tags, its rating, or both.
   *
   * @param tags new tags, an empty list removes all; or empty to leave them
   * @param rating {@value #LOWEST_RATING}..{@value #HIGHEST_RATING}, or empty to leave it
   * @return the row's new version
   */
  String tag(RowChange change, Optional<List<String>> tags, Optional<Integer> rating);

  /** Sets {@code review_status} and returns the row's new version. */
  String review(RowChange change, ReviewStatus status);

  /**
   * Copies a row's data into another existing table: every column both have, but neither {@code id}
   * nor the server's own columns, which get their defaults. The copy and the mark on the source are
   * one transaction.
   *
   * @param target table copied into
   * @param mark new {@code review_status} of the source row, or empty to leave it as it is
   * @return id of the new row
   */
  long promote(RowChange change, String target, Optional<ReviewStatus> mark);

  /** Deletes a row. */
  void delete(RowChange change);

  /**
   * Which row is changed, and by whom.
   *
   * @param version version the row must have, or empty for whatever it has
   * @param by who asks, for the audit log, for example {@code cli:anna}
   */
  record RowChange(String table, long id, Optional<String> version, String by) {}

  /**
   * A row as it is now.
   *
   * @param version opaque; equal as long as the row is not changed, or empty for rows of a view
   * @param row one JSON object, keys in column order
   */
  record ReviewedRow(JsonNode row, Optional<String> version) {}

  /** What a person thinks of a row. */
  enum ReviewStatus {
    PENDING,
    APPROVED,
    REJECTED,
    POSTED;

    /** Returns the value of {@code review_status}. */
    public String stored() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
