package io.botticelli.core.retention;

import java.util.List;

/**
 * How long rows of a content table are kept.
 *
 * @param days age from which they are deleted, 1..36500
 * @param statuses values of {@code review_status}; rows with another one are never deleted; not
 *     empty
 */
public record RetentionRule(int days, List<String> statuses) {
  public RetentionRule {
    statuses = List.copyOf(statuses);
  }
}
