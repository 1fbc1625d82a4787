package io.botticelli.core.narrative;

import java.util.List;
import java.util.Optional;

/**
 * An ordered list of acts with everything the engine needs to run them: files are read, references
 * resolved, nested narratives attached. Cycles cannot occur; the parser refuses them.
 *
 * @param name identity and default table name
 * @param description human text, may be empty
 * @param file path of the file it came from, as a key of the working set's sources
 * @param acts the table of contents in order; the same act may stand in it twice
 * @param template table whose schema shapes the output, or empty
 * @param target table that stores rows, or empty
 * @param skipContentGeneration never store rows
 * @param preserveSource empty = unset; {@code false} makes table reads destructive
 * @param settings model defaults for every act
 * @param carousel repetition of the whole narrative, or empty
 * @param budget rate multipliers
 * @param allowEmptySource true switches the empty-source guard off
 * @param security what its platform commands may do, or empty = what the server says
 */
public record Narrative(
    String name,
    String description,
    String file,
    List<Act> acts,
    Optional<String> template,
    Optional<String> target,
    boolean skipContentGeneration,
    Optional<Boolean> preserveSource,
    ModelSettings settings,
    Optional<Carousel> carousel,
    BudgetMultipliers budget,
    boolean allowEmptySource,
    Optional<SecurityPolicy> security) {
  public Narrative {
    acts = List.copyOf(acts);
  }

  /** Creates a narrative without a policy of its own. */
  public Narrative(
      String name,
      String description,
      String file,
      List<Act> acts,
      Optional<String> template,
      Optional<String> target,
      boolean skipContentGeneration,
      Optional<Boolean> preserveSource,
      ModelSettings settings,
      Optional<Carousel> carousel,
      BudgetMultipliers budget,
      boolean allowEmptySource) {
    this(
        name,
        description,
        file,
        acts,
        template,
        target,
        skipContentGeneration,
        preserveSource,
        settings,
        carousel,
        budget,
        allowEmptySource,
        Optional.empty());
  }

  /** Names the narrative only: written out, nested narratives can be larger than the memory. */
  @Override
  public String toString() {
    return "Narrative[" + name + " of " + file + ", " + acts.size() + " acts]";
  }
}
