package io.botticelli.core.engine;

import io.botticelli.core.table.ContentTables.ReadMode;
import java.util.List;
import java.util.Optional;

/**
 * What a run would do, known without running anything. A narrative that is nested in several places
 * stands in it once.
 *
 * @param narratives the requested narrative first, then nested ones in the order they are reached
 * @param totals of the whole run, when every pass and act runs
 */
public record RunPlan(List<PlannedNarrative> narratives, Totals totals) {
  public RunPlan {
    narratives = List.copyOf(narratives);
  }

  /** Returns the requested narrative. */
  public PlannedNarrative root() {
    return narratives.get(0);
  }

  /**
   * What adds up. Numbers stop growing at the largest {@code long}.
   *
   * @param modelCalls calls without retries
   * @param stores responses whose rows are stored
   * @param writeCommands commands that change something
   * @param estimatedTokens written text at four bytes a token, plus the output limit of each call
   *     or 1000; neither rows read nor earlier turns are counted
   */
  public record Totals(long modelCalls, long stores, long writeCommands, long estimatedTokens) {
    static final Totals NONE = new Totals(0, 0, 0, 0);

    Totals plus(Totals other) {
      return new Totals(
          sum(modelCalls, other.modelCalls),
          sum(stores, other.stores),
          sum(writeCommands, other.writeCommands),
          sum(estimatedTokens, other.estimatedTokens));
    }

    Totals times(long factor) {
      return new Totals(
          product(modelCalls, factor),
          product(stores, factor),
          product(writeCommands, factor),
          product(estimatedTokens, factor));
    }

    private static long sum(long one, long other) {
      return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    private static long product(long one, long factor) {
      return factor != 0 && one > Long.MAX_VALUE / factor ? Long.MAX_VALUE : one * factor;
    }
  }

  /**
   * A narrative.
   *
   * @param id file and name, unique within the plan
   * @param iterations passes of its carousel, 1 = none
   */
  public record PlannedNarrative(
      String id,
      String name,
      String file,
      int iterations,
      boolean continueOnError,
      List<PlannedAct> acts) {
    public PlannedNarrative {
      acts = List.copyOf(acts);
    }
  }

  /**
   * An act.
   *
   * @param composition id of the narrative it runs; then it has no inputs
   * @param repetitions of the act's own carousel, 1 = none
   * @param model model asked, empty = the server's default; only for acts of kind {@code MODEL}
   * @param storesInto table its response is stored in, or empty
   * @param unresolved placeholders that stand for nothing when the act runs, as written without
   *     their delimiters: a text is sent with them, a command or read fails
   * @param fromState state keys it needs from this or an earlier run
   * @param once what one repetition adds up to, nested narratives included
   */
  public record PlannedAct(
      String name,
      Kind kind,
      Optional<String> composition,
      int repetitions,
      Optional<String> model,
      Optional<Double> temperature,
      Optional<Integer> maxTokens,
      List<PlannedInput> inputs,
      Optional<String> storesInto,
      List<String> unresolved,
      List<String> fromState,
      Totals once) {
    public PlannedAct {
      inputs = List.copyOf(inputs);
      unresolved = List.copyOf(unresolved);
      fromState = List.copyOf(fromState);
    }
  }

  /** What gives the response of an act. */
  public enum Kind {
    /** A model. */
    MODEL,
    /** Its last command or read. */
    ACTION,
    /** Another narrative. */
    NARRATIVE
  }

  /**
   * An input.
   *
   * @param type {@code text}, {@code image}, {@code audio}, {@code video}, {@code document}, {@code
   *     bot_command}, {@code table} or {@code narrative}
   * @param subject file of a text or medium, command with its platform, table, or id of a nested
   *     narrative; "" for text written in the narrative
   * @param bytes size of a text as written, else 0
   * @param mode how a table is read
   * @param writes what a command that changes something changes: a table, or else the platform
   */
  public record PlannedInput(
      String type, String subject, int bytes, Optional<ReadMode> mode, Optional<String> writes) {}
}
