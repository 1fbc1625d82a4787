package io.botticelli.core.narrative;

import io.botticelli.core.narrative.ActInput.Media;
import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads media sources, as resource or written in an act. */
final class MediaReader {
  private static final Set<String> KEYS = Set.of("url", "file", "base64", "mime", "filename");
  private static final Map<String, String> MIME_BY_ENDING =
      Map.ofEntries(
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("gif", "image/gif"),
          Map.entry("webp", "image/webp"),
          Map.entry("mp3", "audio/mp3"),
          Map.entry("wav", "audio/wav"),
          Map.entry("ogg", "audio/ogg"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("webm", "video/webm"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("txt", "text/plain"),
          Map.entry("md", "text/markdown"),
          Map.entry("json", "application/json"));
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
            .or(() -> mimeOf(named))
            .or(() -> filename.flatMap(MediaReader::mimeOf));
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
    if (mime.isEmpty() && VIDEO_WITHOUT_MIME.contains(endingOf(named))) {
      return Optional.of("video");
    }
    String type = mime.orElse("").toLowerCase(Locale.ROOT);
    for (String kind : List.of("image", "audio", "video")) {
      if (type.startsWith(kind + "/")) {
        return Optional.of(kind);
      }
    }
    if (type.startsWith("application/") || type.startsWith("text/")) {
      return Optional.of("document");
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

  private static Optional<String> mimeOf(String named) {
    return Optional.ofNullable(MIME_BY_ENDING.get(endingOf(named)));
  }

  private static String endingOf(String named) {
    String plain = named.split("[?#]", 2)[0];
    String last = plain.substring(Math.max(plain.lastIndexOf('/'), plain.lastIndexOf('\\')) + 1);
    return last.substring(last.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
