package io.botticelli.core.retention;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long everything is kept.
 *
 * @param historyDays age from which executions are deleted, 1..36500
 * @param tables content table, lower case, to its rule; rows of other tables are never deleted
 */
public record RetentionPolicy(int historyDays, Map<String, RetentionRule> tables) {
  public RetentionPolicy {
    tables = Collections.unmodifiableMap(new TreeMap<>(tables));
  }
}
