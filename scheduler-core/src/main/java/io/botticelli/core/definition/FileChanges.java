package io.botticelli.core.definition;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.Skill;
import io.botticelli.core.config.Setting;
import io.botticelli.core.config.WrittenSet;
import io.botticelli.core.config.WrittenSet.Purpose;
import io.botticelli.core.config.WrittenSet.WrittenFile;
import io.botticelli.core.definition.DefinitionPlan.FileChange;
import io.botticelli.core.definition.DefinitionPlan.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares the files of two versions, and finds which actors lead to a file. Pure. */
final class FileChanges {
  private final Map<String, WrittenFile> before;
  private final Map<String, WrittenFile> after;
  private final Map<String, Set<ActorName>> users = new HashMap<>();

  FileChanges(Map<String, WrittenFile> before, Map<String, WrittenFile> after) {
    this.before = before;
    this.after = after;
  }

  /** Takes the actors of a version as users of its files. */
  FileChanges usedBy(WrittenSet version) {
    for (ActorDefinition actor : version.set().actors()) {
      for (Skill skill : actor.skills()) {
        if (skill instanceof Skill.NarrativeExecution narrative) {
          reachable(narrative.path(), version.files())
              .forEach(
                  path -> users.computeIfAbsent(path, file -> new TreeSet<>()).add(actor.name()));
        }
      }
    }
    return this;
  }

  /** Follows file names in texts: what names a file may read it. */
  private static Set<String> reachable(String start, Map<String, WrittenFile> files) {
    Set<String> found = new TreeSet<>(Set.of(start));
    Deque<String> waiting = new ArrayDeque<>(found);
    while (!waiting.isEmpty()) {
      @Nullable WrittenFile file = files.get(waiting.removeFirst());
      if (file == null || file.purpose() != Purpose.NARRATIVE) {
        continue;
      }
      for (Map.Entry<String, WrittenFile> other : files.entrySet()) {
        String path = other.getKey();
        if (other.getValue().purpose() != Purpose.SETTINGS
            && file.content().contains(path.substring(path.lastIndexOf('/') + 1))
            && found.add(path)) {
          waiting.addLast(path);
        }
      }
    }
    return found;
  }

  List<FileChange> list() {
    Map<String, FileChange> changes = new TreeMap<>();
    Set<String> paths = new TreeSet<>(before.keySet());
    paths.addAll(after.keySet());
    for (String path : paths) {
      change(path).ifPresent(found -> changes.put(path, found));
    }
    return List.copyOf(changes.values());
  }

  private Optional<FileChange> change(String path) {
    Optional<WrittenFile> was = Optional.ofNullable(before.get(path));
    Optional<WrittenFile> is = Optional.ofNullable(after.get(path));
    Purpose purpose = is.or(() -> was).orElseThrow().purpose();
    if (purpose == Purpose.SETTINGS
        || was.map(WrittenFile::content).equals(is.map(WrittenFile::content))) {
      return Optional.empty();
    }
    Kind kind = was.isEmpty() ? Kind.CREATED : is.isEmpty() ? Kind.REMOVED : Kind.CHANGED;
    String old = was.map(WrittenFile::content).orElse("");
    String now = is.map(WrittenFile::content).orElse("");
    boolean text = purpose != Purpose.MEDIA;
    return Optional.of(
        new FileChange(
            path,
            purpose.name().toLowerCase(Locale.ROOT),
            kind,
            purpose == Purpose.NARRATIVE && kind == Kind.CHANGED
                ? settings(path, old, now)
                : List.of(),
            text ? surplus(now, old) : 0,
            text ? surplus(old, now) : 0,
            List.copyOf(users.getOrDefault(path, Set.of()))));
  }

  private static List<SettingChange> settings(String path, String old, String now) {
    Optional<List<Setting>> was = Setting.ofToml(path, old);
    Optional<List<Setting>> is = Setting.ofToml(path, now);
    return was.isPresent() && is.isPresent()
        ? SettingChange.between(was.get(), is.get(), true)
        : List.of();
  }

  /** Counts lines of one text that the other does not have as often. */
  private static int surplus(String one, String other) {
    Map<String, Integer> lines = new HashMap<>();
    other.lines().forEach(line -> lines.merge(line, 1, Integer::sum));
    List<String> more = new ArrayList<>();
    one.lines()
        .forEach(
            line -> {
              if (lines.merge(line, -1, Integer::sum) < 0) {
                more.add(line);
              }
            });
    return more.size();
  }
}
