package io.botticelli.core.narrative;

import io.botticelli.core.narrative.ActInput.Media;
import io.botticelli.core.toml.SourceFileException;
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

  /** Base64 makes 20 MB of it. */
  private static final int LARGE_BYTES = 15_000_000;

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
    // As written: variables in it may be secrets.
    String shown = section.string("url").or(() -> base64.isPresent() ? filename : file).orElse("");
    Optional<String> kind = givenKind.or(() -> kindOf(section, mime, named, shown));
    Optional<String> found = Optional.empty();
    if (url.isEmpty() && base64.isEmpty()) {
      found = reading.findFile(file.orElseThrow(), section.path("file"));
      if (found.filter(path -> isReadable(path, section)).isEmpty()) {
        return Optional.empty();
      }
    }
    Optional<String> path = found;
    kind.ifPresent(k -> warn(section, k, mime, url));
    return kind.map(
        k -> new Media(k, url, url.isPresent() ? Optional.empty() : base64, path, mime, filename));
  }

  /** Warns of what the act will fail of when it runs. */
  private static void warn(
      TomlSection section, String kind, Optional<String> mime, Optional<String> url) {
    String key = section.has("mime") ? "mime" : url.isPresent() ? "url" : "file";
    Optional<String> plain = mime.flatMap(MediaTypes::plain);
    if (mime.isPresent() && plain.isEmpty()) {
      section
          .reporter()
          .warning(
              "bad_mime",
              section.path(key),
              "is no MIME type such as image/png, so the act will fail");
    }
    plain
        .filter(type -> !MediaTypes.kindOf(type).map(kind::equals).orElse(false))
        .ifPresent(
            type ->
                section
                    .reporter()
                    .warning(
                        "media_kind_mismatch",
                        section.path(key),
                        "is of MIME type %s, which no input of type \"%s\" can be, so the act will fail"
                            .formatted(type, kind)));
    if (url.filter(text -> !text.contains("${")).isPresent()
        && !url.get().strip().matches("(?is)https?://.+")) {
      section
          .reporter()
          .warning(
              "bad_media_url",
              section.path("url"),
              "is no http or https address, so the act will fail; use \"file\" for files");
    }
  }

  private boolean isReadable(String path, TomlSection section) {
    try {
      int size = reading.session().mediaSize(path);
      if (size == 0) {
        section
            .reporter()
            .warning("media_empty", section.path("file"), "is empty, so the act will fail");
      } else if (size > LARGE_BYTES) {
        section
            .reporter()
            .warning(
                "media_large",
                section.path("file"),
                "has %d MiB; providers take about 20 MB for a whole request, encoding included"
                    .formatted(size >> 20));
      }
      return true;
    } catch (SourceFileException e) {
      section
          .reporter()
          .error("unreadable_file", section.path("file"), String.valueOf(e.getMessage()));
      return false;
    }
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

  private static Optional<String> kindOf(
      TomlSection section, Optional<String> mime, String named, String shown) {
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
                        .orElse("the name " + Suggestions.quote(shown))));
    return Optional.empty();
  }
}
