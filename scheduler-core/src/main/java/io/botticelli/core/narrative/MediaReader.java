package io.botticelli.core.narrative;

import io.botticelli.core.narrative.ActInput.Media;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads media sources, as resource or written in an act. */
final class MediaReader {
  private static final Set<String> KEYS = Set.of("url", "file", "base64", "mime", "filename");
  private static final Set<String> VIDEO_WITHOUT_MIME = Set.of("avi", "mov");

  private final Reading reading;

  MediaReader(Reading reading) {
    this.reading = reading;
  }

  /** Reads {@code [media.NAME]}; its kind follows from MIME type or file ending. */
  Optional<Media> resource(TomlSection section) {
    section.warnUnknown(KEYS);
    return read(section, Optional.empty());
  }

  /** Reads an input of type {@code image}, {@code audio}, {@code video} or {@code document}. */
  Optional<Media> input(String kind, TomlSection section) {
    Set<String> known = new TreeSet<>(KEYS);
    known.add("type");
    section.warnUnknown(known);
    return read(section, Optional.of(kind));
  }

  private Optional<Media> read(TomlSection section, Optional<String> givenKind) {
    Optional<String> url = section.string("url").map(reading.environment()::expand);
    Optional<String> base64 = section.string("base64").filter(text -> isBase64(text, section));
    Optional<String> file = section.string("file");
    Optional<String> filename = section.string("filename");
    if (url.or(() -> base64).or(() -> file).isEmpty()) {
      if (!section.has("url") && !section.has("base64") && !section.has("file")) {
        section.missing("file", "one of \"url\", \"base64\" and \"file\"");
      }
      return Optional.empty();
    }
    String named =
        url.or(() -> base64.isPresent() ? filename : file.map(reading.environment()::expand))
            .orElse("");
    Optional<String> mime =
        section
            .string("mime")
            .or(() -> MediaTypes.ofName(named))
            .or(() -> filename.flatMap(MediaTypes::ofName));
    Optional<String> kind = givenKind.or(() -> kindOf(section, mime, named));
    Optional<String> found = Optional.empty();
    if (url.isEmpty() && base64.isEmpty()) {
      found = reading.findFile(file.orElseThrow(), section.path("file"));
      if (found.isEmpty()) {
        return Optional.empty();
      }
    }
    Optional<String> path = found;
    return kind.map(
        k -> new Media(k, url, url.isPresent() ? Optional.empty() : base64, path, mime, filename));
  }

  private static boolean isBase64(String text, TomlSection section) {
    boolean right;
    try {
      right = Base64.getDecoder().decode(text.replaceAll("\\s+", "")).length > 0;
    } catch (IllegalArgumentException e) {
      right = false;
    }
    if (!right) {
      section
          .reporter()
          .error("bad_base64", section.path("base64"), "is not Base64, expected encoded bytes");
    }
    return right;
  }

  private static Optional<String> kindOf(TomlSection section, Optional<String> mime, String named) {
    if (mime.isEmpty() && VIDEO_WITHOUT_MIME.contains(MediaTypes.endingOf(named))) {
      return Optional.of("video");
    }
    Optional<String> kind = mime.flatMap(MediaTypes::plain).flatMap(MediaTypes::kindOf);
    if (kind.isPresent()) {
      return kind;
    }
    section
        .reporter()
        .error(
            "unknown_media_type",
            section.path(),
            "%s tells no kind of media; add \"mime\", for example \"image/png\""
                .formatted(
                    mime.map(m -> "MIME type " + Suggestions.quote(m))
                        .orElse("the name " + Suggestions.quote(named))));
    return Optional.empty();
  }
}
