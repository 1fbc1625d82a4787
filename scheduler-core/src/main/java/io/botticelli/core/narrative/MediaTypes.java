package io.botticelli.core.narrative;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What MIME types and file names tell about media. Pure. */
public final class MediaTypes {
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

  private static final Pattern MIME =
      Pattern.compile("[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}");

  private MediaTypes() {}

  /**
   * Returns a MIME type in lower case, without parameters.
   *
   * @return empty when the text is no MIME type
   */
  public static Optional<String> plain(String mime) {
    String plain = mime.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return Optional.of(plain).filter(type -> MIME.matcher(type).matches());
  }

  /**
   * Returns the kind of input that holds a type: {@code image}, {@code audio}, {@code video} or
   * {@code document}.
   *
   * @param mime as {@link #plain} returns it
   * @return empty for a type no input can hold
   */
  public static Optional<String> kindOf(String mime) {
    for (String kind : List.of("image", "audio", "video")) {
      if (mime.startsWith(kind + "/")) {
        return Optional.of(kind);
      }
    }
    return mime.startsWith("application/") || mime.startsWith("text/")
        ? Optional.of("document")
        : Optional.empty();
  }

  /** Tells whether media of a type are text that any model can read. */
  public static boolean isText(String mime) {
    return mime.startsWith("text/") || mime.equals("application/json");
  }

  /** Returns the type a file name or address ends with. */
  static Optional<String> ofName(String named) {
    return Optional.ofNullable(MIME_BY_ENDING.get(endingOf(named)));
  }

  /** Returns the ending of a file name or address in lower case, without query. */
  static String endingOf(String named) {
    String plain = named.split("[?#]", 2)[0];
    String last = plain.substring(Math.max(plain.lastIndexOf('/'), plain.lastIndexOf('\\')) + 1);
    return last.substring(last.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
