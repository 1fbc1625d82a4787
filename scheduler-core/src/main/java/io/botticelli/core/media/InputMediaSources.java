package io.botticelli.core.media;

import io.botticelli.core.media.UrlMedia.Fetched;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.MediaTypes;
import io.botticelli.core.toml.SourceFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Gets media from where the input says: the web, the narrative's text, or a file. Thread-safe. */
public final class InputMediaSources implements MediaSources {
  private static final String MEDIA_INVALID = "media_invalid";
  private static final int MAX_FILENAME = 100;

  private final UrlMedia urls;

  /**
   * @param urls fetches inputs by url
   */
  public InputMediaSources(UrlMedia urls) {
    this.urls = urls;
  }

  @Override
  public LoadedMedia load(ActInput.Media media, MediaFiles files) {
    byte[] bytes;
    String mime;
    if (media.url().isPresent()) {
      Fetched fetched = urls.fetch(media.url().get());
      bytes = fetched.bytes();
      mime = typeOf(media, fetched);
    } else {
      bytes = media.base64().isPresent() ? decode(media, media.base64().get()) : read(media, files);
      mime = writtenType(media).orElse(LoadedMedia.UNKNOWN_TYPE);
    }
    check(media, mime, bytes);
    return new LoadedMedia(media.kind(), mime, bytes, filename(media), sha256(bytes));
  }

  private static byte[] decode(ActInput.Media media, String base64) {
    String text = base64.replaceAll("\\s+", "");
    if (text.length() / 4 > MAX_BYTES / 3) {
      throw tooLarge(media);
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      throw MediaException.permanent(
          MEDIA_INVALID,
          media.kind() + " input holds invalid base64: " + notBase64.getMessage(),
          notBase64);
    }
  }

  private static byte[] read(ActInput.Media media, MediaFiles files) {
    String path =
        media
            .file()
            .orElseThrow(
                () ->
                    MediaException.permanent(
                        MEDIA_INVALID,
                        media.kind() + " input names no source; give it url, base64 or file",
                        null));
    try {
      return files
          .read(path)
          .orElseThrow(
              () ->
                  MediaException.permanent(
                      "media_missing",
                      media.kind() + " file " + path + " is gone; put it back and load again",
                      null));
    } catch (SourceFileException unreadable) {
      throw MediaException.permanent(
          "media_unreadable", String.valueOf(unreadable.getMessage()), unreadable);
    }
  }

  private static Optional<String> writtenType(ActInput.Media media) {
    return media
        .mime()
        .map(
            mime ->
                MediaTypes.plain(mime)
                    .orElseThrow(
                        () ->
                            MediaException.permanent(
                                MEDIA_INVALID,
                                media.kind()
                                    + " input has a mime that is no MIME type; write one such as"
                                    + " image/png",
                                null)));
  }

  /** The server knows best, unless it says nothing or only how the bytes are to be shown. */
  private static String typeOf(ActInput.Media media, Fetched fetched) {
    Optional<String> written = writtenType(media);
    Optional<String> sent =
        fetched
            .contentType()
            .flatMap(MediaTypes::plain)
            .filter(type -> !type.equals("application/octet-stream"))
            .filter(type -> !type.equals("binary/octet-stream"));
    if (sent.isEmpty()) {
      return written.orElse(LoadedMedia.UNKNOWN_TYPE);
    }
    String type = sent.get();
    boolean otherKind = !MediaTypes.kindOf(type).map(media.kind()::equals).orElse(false);
    boolean otherForm =
        media.kind().equals("document")
            && written.isPresent()
            && MediaTypes.isText(written.get()) != MediaTypes.isText(type);
    if (otherKind || otherForm) {
      throw MediaException.permanent(
          "media_kind_mismatch",
          media.kind()
              + " input by url was answered with "
              + type
              + ", expected "
              + (otherKind ? expected(media.kind()) : written.get())
              + "; check the address, it may lead to a page",
          null);
    }
    // Servers of files call every text plain.
    return type.equals("text/plain") ? written.orElse(type) : type;
  }

  private static void check(ActInput.Media media, String mime, byte[] bytes) {
    if (bytes.length == 0) {
      throw MediaException.permanent(
          MEDIA_INVALID, media.kind() + " input is empty, expected bytes", null);
    }
    if (bytes.length > MAX_BYTES) {
      throw tooLarge(media);
    }
    boolean known = !mime.equals(LoadedMedia.UNKNOWN_TYPE);
    if (known && !MediaTypes.kindOf(mime).map(media.kind()::equals).orElse(false)) {
      throw MediaException.permanent(
          "media_kind_mismatch",
          media.kind()
              + " input is of type "
              + mime
              + ", expected "
              + expected(media.kind())
              + "; change its type or its mime",
          null);
    }
  }

  private static String expected(String kind) {
    return kind.equals("document") ? "application/* or text/*" : kind + "/*";
  }

  private static MediaException tooLarge(ActInput.Media media) {
    return MediaException.permanent(
        "media_too_large",
        media.kind() + " input is larger than " + (MAX_BYTES >> 20) + " MiB; make it smaller",
        null);
  }

  /** Not taken from addresses: what looks like a name there may be a secret. */
  private static Optional<String> filename(ActInput.Media media) {
    return media
        .filename()
        .or(media::file)
        .map(path -> path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1))
        .map(name -> name.replaceAll("[\\p{Cntrl}\\[\\]]", "_"))
        .map(name -> name.substring(0, Math.min(name.length(), MAX_FILENAME)))
        .filter(name -> !name.isBlank());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
