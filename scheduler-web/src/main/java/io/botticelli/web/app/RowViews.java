package io.botticelli.web.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.table.ContentReview.ReviewedRow;
import java.util.List;

/** How rows of content tables are printed. */
final class RowViews {
  private static final String VERSION = "version";

  private RowViews() {}

  /** Rows of one table, keys always in this order. */
  record RowList(String table, List<JsonNode> items) {}

  /**
   * Returns the row with its version under {@code version}, or under {@code row_version} when the
   * table has a column of that name.
   */
  static JsonNode withVersion(ReviewedRow row) {
    if (row.version().isEmpty() || !(row.row() instanceof ObjectNode object)) {
      return row.row();
    }
    return object
        .deepCopy()
        .put(object.has(VERSION) ? "row_" + VERSION : VERSION, row.version().get());
  }
}
