package io.botticelli.core.engine;

import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.security.PolicyInForce;
import io.botticelli.core.table.ContentTables.ReadMode;
import io.botticelli.core.table.ContentTables.Rows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the acts of one narrative: an iteration of a carousel, or a nested narrative.
 * History, act results and table aliases start empty in every pass. Confined to the run's thread.
 */
final class Pass {
  private final RunSession session;
  private final Narrative narrative;
  private final String runId;
  private final Optional<String> parentRunId;
  private final int depth;
  private final String path;
  private final int iteration;
  private final int iterations;
  private final Conversation conversation;
  private final Map<String, ActResult> results = new LinkedHashMap<>();
  private final Map<String, TableValue> tables = new HashMap<>();
  private final List<TableUse> reads = new ArrayList<>();
  private final Map<String, Integer> sends = new HashMap<>();
  private final List<PolicyInForce> ownPolicies;
  private int stores;
  private @Nullable ActResult previous;
  private boolean contentFailed;
  private boolean contentStored;

  /**
   * @param path the same on every attempt at an execution, different for every pass of it: made of
   *     narrative and act names and iteration numbers, never of run ids
   * @param iteration 1-based
   * @param outerPolicies of the narratives that run this one, outermost first
   */
  Pass(
      RunSession session,
      Narrative narrative,
      String runId,
      Optional<String> parentRunId,
      int depth,
      String path,
      int iteration,
      int iterations,
      int autoSummaryBytes,
      List<PolicyInForce> outerPolicies) {
    this.session = session;
    this.narrative = narrative;
    this.runId = runId;
    this.parentRunId = parentRunId;
    this.depth = depth;
    this.path = path;
    this.iteration = iteration;
    this.iterations = iterations;
    this.conversation = new Conversation(autoSummaryBytes);
    this.ownPolicies =
        Stream.concat(
                outerPolicies.stream(),
                narrative.security().stream()
                    .map(policy -> new PolicyInForce(policy, owner(narrative))))
            .toList();
  }

  private static String owner(Narrative narrative) {
    return Keys.bounded("narrative " + narrative.name() + " of " + narrative.file());
  }

  /** Returns the policies of this narrative and of those that run it, outermost first. */
  List<PolicyInForce> ownPolicies() {
    return ownPolicies;
  }

  RunSession session() {
    return session;
  }

  Narrative narrative() {
    return narrative;
  }

  String runId() {
    return runId;
  }

  Optional<String> parentRunId() {
    return parentRunId;
  }

  int depth() {
    return depth;
  }

  String path() {
    return path;
  }

  int iteration() {
    return iteration;
  }

  int iterations() {
    return iterations;
  }

  Conversation conversation() {
    return conversation;
  }

  /** Returns the scope under which this pass claims rows. */
  String claimScope() {
    return Keys.bounded(path);
  }

  /** Remembers an executed act; a later execution under the same name replaces it. */
  void remember(ActResult result) {
    results.put(result.name(), result);
    previous = result;
  }

  Optional<ActResult> result(String act) {
    return Optional.ofNullable(results.get(act));
  }

  Collection<ActResult> results() {
    return results.values();
  }

  Optional<ActResult> previous() {
    return Optional.ofNullable(previous);
  }

  /** Remembers rows read under their alias and their table name. */
  void remember(TableValue table) {
    tables.put(table.table(), table);
    tables.put(table.alias(), table);
  }

  Optional<TableValue> table(String name) {
    return Optional.ofNullable(tables.get(name));
  }

  void rememberRead(TableUse read) {
    reads.add(read);
  }

  List<TableUse> reads() {
    return List.copyOf(reads);
  }

  /** Returns which response to store this is, 1 = first; counts it. */
  int countStore() {
    return ++stores;
  }

  /** Returns which send of this act this is, 1 = first; counts it. */
  int nextSend(String act) {
    return sends.merge(act, 1, Integer::sum);
  }

  /** Returns which call of a command of this act this is, 1 = first; counts it. */
  int nextCall(String act, String command) {
    return sends.merge(act + "\n" + command, 1, Integer::sum);
  }

  void markContentFailed() {
    contentFailed = true;
  }

  boolean contentFailed() {
    return contentFailed;
  }

  void markContentStored() {
    contentStored = true;
  }

  boolean contentStored() {
    return contentStored;
  }

  /**
   * Rows a placeholder can name.
   *
   * @param text rendered rows
   */
  record TableValue(String table, String alias, String text, Rows rows) {
    Value value() {
      return new Value(text, !rows.rows().isEmpty(), rows.rows());
    }
  }

  /**
   * A read that happened.
   *
   * @param filter rendered filter, blanks normalised, "" = none
   * @param limited whether the narrative limited it
   */
  record TableUse(
      String table, String filter, boolean limited, ReadMode mode, int rowCount, List<Long> keys) {
    TableUse {
      keys = List.copyOf(keys);
    }
  }
}
