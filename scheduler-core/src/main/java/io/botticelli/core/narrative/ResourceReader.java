package io.botticelli.core.narrative;

import io.botticelli.core.narrative.ActInput.NestedNarrative;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows reference strings to the named resources of a file. */
final class ResourceReader {
  static final List<String> KINDS = List.of("bots", "tables", "media", "narratives");
  private static final Pattern REFERENCE =
      Pattern.compile("(?:(bots|tables|media|narratives)\\.([A-Za-z0-9_-]+))|(?:narrative:(\\S+))");
  private static final Pattern NEARLY =
      Pattern.compile("([A-Za-z]{2,12})[.:]\\s?[A-Za-z0-9_.-]*[A-Za-z0-9_-]");
  private static final List<String> PREFIXES =
      List.of("bots", "tables", "media", "narratives", "narrative");
  private static final Set<String> NARRATIVE_KEYS =
      Set.of("narrative", "path", "name", "history_retention");
  private static final int MAX_REFERENCE = 300;

  private final Reading reading;

  ResourceReader(Reading reading) {
    this.reading = reading;
  }

  static boolean isReference(String text) {
    return text.length() <= MAX_REFERENCE && REFERENCE.matcher(text).matches();
  }

  /** Returns the form that was probably meant by a text that is nearly a reference. */
  static Optional<String> misspelt(String text) {
    if (text.length() > MAX_REFERENCE) {
      return Optional.empty();
    }
    Matcher near = NEARLY.matcher(text.strip());
    return near.matches()
        ? Suggestions.nearest(near.group(1), PREFIXES)
            .map(prefix -> prefix.equals("narrative") ? "narrative:NAME" : prefix + ".NAME")
        : Optional.empty();
  }

  /** Reads what a reference names; reports a missing resource. */
  Optional<ActInput> read(String reference, List<String> path) {
    Matcher match = REFERENCE.matcher(reference);
    if (!match.matches()) {
      throw new IllegalArgumentException("not a reference: " + reference);
    }
    if (match.group(3) != null) {
      return nestedByName(match.group(3), path)
          .map(nested -> new NestedNarrative(nested, Retention.SUMMARY));
    }
    String kind = match.group(1);
    String name = match.group(2);
    Optional<TomlSection> section = find(kind, name);
    if (section.isEmpty()) {
      reading
          .reporter()
          .error(
              "unknown_resource",
              path,
              "[%s.%s] does not exist in this file%s"
                  .formatted(
                      kind,
                      name,
                      Suggestions.didYouMean(name, reading.file().resourceNames(kind))));
      return Optional.empty();
    }
    return resource(kind, name, section.get());
  }

  /** Reads a resource by itself. */
  Optional<ActInput> resource(String kind, String name, TomlSection section) {
    switch (kind) {
      case "bots":
        return new BotCommandReader(reading).resource(section).map(input -> input);
      case "tables":
        return new TableReadReader(reading).resource(name, section).map(input -> input);
      case "media":
        return new MediaReader(reading).resource(section).map(input -> input);
      default:
        return narrativeResource(section);
    }
  }

  /** Resolves a name: narrative of the same file, {@code [narratives.NAME]}, file. */
  Optional<Narrative> nestedByName(String name, List<String> path) {
    Optional<NarrativeSource> own = reading.file().find(name);
    if (own.isPresent()) {
      return nestedHere(own.get(), path);
    }
    Optional<TomlSection> resource = find("narratives", name);
    if (resource.isPresent()) {
      return narrativeFile(resource.get());
    }
    return nestedFile(name, Optional.empty(), path);
  }

  /** Loads a narrative of the same file. */
  Optional<Narrative> nestedHere(NarrativeSource source, List<String> path) {
    if (!reading.isListed()) {
      return Optional.empty();
    }
    return reading.session().nested(reading.file(), source, reading.reporter(), path);
  }

  /** Loads a narrative of another file. */
  Optional<Narrative> nestedFile(String reference, Optional<String> name, List<String> path) {
    if (!reading.isListed()) {
      return Optional.empty();
    }
    return reading.session().nested(reading.file(), reference, name, reading.reporter(), path);
  }

  private Optional<ActInput> narrativeResource(TomlSection section) {
    Retention retention = SettingsReader.retention(section, Retention.SUMMARY);
    return narrativeFile(section).map(nested -> new NestedNarrative(nested, retention));
  }

  private Optional<Narrative> narrativeFile(TomlSection section) {
    section.warnUnknown(NARRATIVE_KEYS);
    String key = !section.has("narrative") && section.has("path") ? "path" : "narrative";
    Optional<String> name = section.has("name") ? section.requiredString("name") : Optional.empty();
    return section.requiredString(key).flatMap(file -> nestedFile(file, name, section.path(key)));
  }

  private Optional<TomlSection> find(String kind, String name) {
    reading.file().noticeUse(kind, name);
    return reading.file().resource(kind, name, reading.reporter());
  }
}
