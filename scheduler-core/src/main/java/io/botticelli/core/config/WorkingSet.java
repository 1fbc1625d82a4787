package io.botticelli.core.config;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.narrative.BudgetMultipliers;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.toml.Problem;
import io.botticelli.core.toml.SourceFiles;
import io.botticelli.core.toml.Suggestions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A complete, checked configuration: server, actors, narratives, and the text they were read from.
 * Immutable.
 *
 * <p>The version depends on the files only, never on variables: nodes with different environments
 * agree on it, and no secret goes into it.
 *
 * @param entry path of the server or actor file the loading started from
 * @param server server settings
 * @param actors all actors, disabled ones included, in file order; names are unique
 * @param narratives every narrative an enabled actor runs
 * @param budgets fractions of provider limits an actor may use; actors without a budget are absent
 * @param warnings what needs attention but stops nothing
 * @param sources everything that was read, path to content, before variables were replaced; read it
 *     back with {@link #files()}
 * @param version SHA-256 over entry and sources, 64 hexadecimal digits
 */
public record WorkingSet(
    String entry,
    ServerConfig server,
    List<ActorDefinition> actors,
    Map<NarrativeKey, Narrative> narratives,
    Map<ActorName, BudgetMultipliers> budgets,
    List<Problem> warnings,
    Map<String, String> sources,
    String version) {

  /** Key among the sources that holds the actors chosen by {@link #only}; no file has this name. */
  static final String ONLY = "only:";

  /** Digits of the version that people are shown. */
  private static final int SHORT_VERSION = 16;

  public WorkingSet {
    actors = List.copyOf(actors);
    narratives = Map.copyOf(narratives);
    budgets = Map.copyOf(budgets);
    warnings = List.copyOf(warnings);
    sources = Collections.unmodifiableMap(new TreeMap<>(sources));
  }

  /**
   * What tells one narrative of a set from another.
   *
   * @param path file as resolved
   * @param name entry asked for, or empty
   */
  public record NarrativeKey(String path, Optional<String> name) {}

  /** Shows what the set is, not what it holds: its sources are long and may be private. */
  @Override
  public String toString() {
    return "WorkingSet["
        + entry
        + ", version "
        + shortVersion()
        + ", actors "
        + actors.size()
        + "]";
  }

  /**
   * Returns the set with all other actors disabled, as a version of its own. The choice is kept
   * with the sources, so that every node makes it again.
   *
   * @param names actors to keep, at least one
   * @throws ConfigException if a name is not an actor of this set
   */
  public WorkingSet only(Collection<String> names) {
    List<Problem> unknown =
        names.stream()
            .filter(name -> actors.stream().noneMatch(actor -> actor.name().value().equals(name)))
            .map(
                name ->
                    ConfigProblem.error(
                        "actor_unknown",
                        entry,
                        "has no actor "
                            + Suggestions.quote(name)
                            + " to run alone; it has "
                            + actors.stream().map(actor -> actor.name().value()).toList()))
            .toList();
    if (!unknown.isEmpty()) {
      throw new ConfigException(unknown);
    }
    Map<String, String> chosen = new TreeMap<>(sources);
    chosen.put(ONLY, String.join("\n", new TreeSet<>(names)));
    return new WorkingSet(
        entry,
        server,
        actors.stream()
            .map(actor -> names.contains(actor.name().value()) ? actor : actor.disabled())
            .toList(),
        narratives,
        budgets,
        warnings,
        chosen,
        versionOf(entry, chosen));
  }

  /** Makes the choice again that stored sources hold, if any. */
  WorkingSet onlyAsStored(Map<String, String> stored) {
    String names = stored.get(ONLY);
    return names == null ? this : only(List.of(names.split("\n")));
  }

  /** Returns an actor by its identity. */
  public Optional<ActorDefinition> actor(ActorName name) {
    return actors.stream().filter(actor -> actor.name().equals(name)).findFirst();
  }

  /**
   * Returns the narrative a skill runs.
   *
   * @throws IllegalArgumentException if the skill does not belong to an enabled actor of this set
   */
  public Narrative narrative(ActorName actor, Skill.NarrativeExecution skill) {
    Narrative narrative = narratives.get(new NarrativeKey(skill.path(), skill.narrativeName()));
    if (narrative == null) {
      throw new IllegalArgumentException(
          "actor "
              + actor
              + ", skill "
              + skill.name()
              + ": no narrative of "
              + skill.path()
              + " in definition "
              + shortVersion());
    }
    return narrative;
  }

  /** Returns the files this set was read from, media included, as they were then. */
  public SourceFiles files() {
    return RecordingSourceFiles.replay(sources);
  }

  /** Returns the first 16 digits of the version, for people. */
  public String shortVersion() {
    return version.substring(0, SHORT_VERSION);
  }

  /** Computes the version of an entry and its sources. */
  static String versionOf(String entry, Map<String, String> sources) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    update(digest, entry);
    new TreeMap<>(sources)
        .forEach(
            (path, content) -> {
              update(digest, path);
              update(digest, content);
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Puts the length in front, so that moving text from one file to the next is a change. */
  private static void update(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }
}
