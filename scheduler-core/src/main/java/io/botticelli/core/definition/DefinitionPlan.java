package io.botticelli.core.definition;

import io.botticelli.core.actor.ActorName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What applying a working set would change. Immutable; holds no value of a variable.
 *
 * @param from version in force; empty = none
 * @param to version of the working set
 * @param actors every actor of both, by name
 * @param server settings of the server file that differ
 * @param files files that differ but those that only hold settings, by path
 * @param warnings what to know before applying, in the order of their weight
 */
public record DefinitionPlan(
    Optional<String> from,
    String to,
    List<ActorChange> actors,
    List<SettingChange> server,
    List<FileChange> files,
    List<String> warnings) {
  public DefinitionPlan {
    actors = List.copyOf(actors);
    server = List.copyOf(server);
    files = List.copyOf(files);
    warnings = List.copyOf(warnings);
  }

  /** Tells whether applying would change nothing. */
  public boolean isEmpty() {
    return from.filter(to::equals).isPresent();
  }

  /** Counts actors by what would become of them. */
  public long count(Kind kind) {
    return actors.stream().filter(actor -> actor.kind() == kind).count();
  }

  /** What would become of an actor or a file. */
  public enum Kind {
    /** It is new. */
    CREATED,
    /** It differs. */
    CHANGED,
    /** It is gone. */
    REMOVED,
    /** It stays as it is. */
    UNCHANGED
  }

  /**
   * An actor.
   *
   * @param settings its settings that differ
   * @param fires when its schedule differs, or empty
   * @param files files that differ and that its narratives lead to
   * @param notes what else to know, may be empty
   */
  public record ActorChange(
      ActorName name,
      Kind kind,
      List<SettingChange> settings,
      Optional<FireChange> fires,
      List<String> files,
      List<String> notes) {
    public ActorChange {
      settings = List.copyOf(settings);
      files = List.copyOf(files);
      notes = List.copyOf(notes);
    }
  }

  /**
   * The next fires of an actor whose schedule differs, earliest first.
   *
   * @param before as the cluster has them; empty when paused, disabled or none
   * @param after if applied now, before any random shift
   */
  public record FireChange(List<Instant> before, List<Instant> after) {
    public FireChange {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /**
   * A file.
   *
   * @param settings of a TOML file, what differs
   * @param linesAdded of a text, else 0
   * @param linesRemoved of a text, else 0
   * @param usedBy actors whose narratives lead to it
   */
  public record FileChange(
      String path,
      String purpose,
      Kind kind,
      List<SettingChange> settings,
      int linesAdded,
      int linesRemoved,
      List<ActorName> usedBy) {
    public FileChange {
      settings = List.copyOf(settings);
      usedBy = List.copyOf(usedBy);
    }
  }
}
