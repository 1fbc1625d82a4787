package io.botticelli.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botticelli.core.media.UrlMedia.Fetched;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.toml.SourceFileException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputMediaSourcesTest {
  private static final byte[] BYTES = {1, 2, 3};

  @Test
  void decodesBase64WithLineBreaks() {
    LoadedMedia loaded = load(base64("aG\n  k=\n", "IMAGE/PNG; charset=x"), BYTES, "");

    assertThat(loaded.bytes()).containsExactly('h', 'i');
    assertThat(loaded.mime()).isEqualTo("image/png");
    assertThat(loaded.sha256())
        .isEqualTo("8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a===", "aGk=garbage", "a*b=", "-_-_", "", "äöü=", "\u0000aGk="})
  void refusesWhatIsNoBase64OrEmpty(String garbage) {
    MediaException refused = refusal(base64(garbage, "image/png"), BYTES, "");

    assertThat(refused.code()).isEqualTo("media_invalid");
    assertThat(refused.isRetryable()).isFalse();
  }

  @Test
  void refusesBase64AboveTheLimitBeforeDecodingIt() {
    String huge = "A".repeat((MediaSources.MAX_BYTES / 3 + 2) * 4);

    assertThat(refusal(base64(huge, "image/png"), BYTES, "").code()).isEqualTo("media_too_large");
  }

  @ParameterizedTest
  @CsvSource({
    "image, image/png, image/jpeg, image/jpeg",
    "image, image/png, application/octet-stream, image/png",
    "image, image/png, '', image/png",
    "image, image/png, 'no type at all', image/png",
    "image, '', 'IMAGE/WebP; x=y', image/webp",
    "image, '', '', application/octet-stream",
    "document, text/markdown, text/plain; charset=utf-8, text/markdown",
    "document, application/json, text/plain, application/json",
    "document, '', application/pdf, application/pdf",
  })
  void typeOfAnAnswerIsWhatTheServerSaysUnlessItSaysNothing(
      String kind, String written, String sent, String expected) {
    assertThat(load(url(kind, written), BYTES, sent).mime()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "image, image/png, text/html",
    "image, '', application/json",
    "audio, audio/mp3, video/mp4",
    "video, '', font/woff",
    "document, '', image/png",
    "document, application/pdf, text/html",
    "document, text/markdown, application/pdf",
  })
  void answersOfAnotherKindAreRefused(String kind, String written, String sent) {
    MediaException refused = refusal(url(kind, written), BYTES, sent);

    assertThat(refused.code()).isEqualTo("media_kind_mismatch");
    assertThat(refused).hasMessageContaining(sent).hasMessageContaining("expected");
  }

  @Test
  void filesOfAnotherKindAndUselessTypesAreRefused() {
    assertThat(refusal(file("a.mp3", "audio/mp3"), BYTES, "").code())
        .isEqualTo("media_kind_mismatch");
    assertThat(refusal(file("a.png", "image png\r\nX: y"), BYTES, "").code())
        .isEqualTo("media_invalid");
  }

  @Test
  void fileNamesCarryNeitherDirectoriesNorControlCharacters() {
    assertThat(load(file("deep/er/a\n[b].png", "image/png"), BYTES, "").filename())
        .contains("a__b_.png");
    assertThat(load(url("image", "image/png"), BYTES, "").filename()).isEmpty();
  }

  @Test
  void emptyMissingAndUnreadableFilesAreNamed() {
    assertThat(refusal(file("a.png", "image/png"), new byte[0], ""))
        .hasMessageContaining("is empty");
    assertThatThrownBy(
            () ->
                new InputMediaSources(url -> new Fetched(BYTES, Optional.empty()))
                    .load(file("a.png", "image/png"), MediaFiles.NONE))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("a.png is gone");
    assertThatThrownBy(
            () ->
                new InputMediaSources(url -> new Fetched(BYTES, Optional.empty()))
                    .load(
                        file("a.png", "image/png"),
                        path -> {
                          throw new SourceFileException(path + " cannot be read: denied", null);
                        }))
        .isInstanceOf(MediaException.class)
        .hasMessage("a.png cannot be read: denied");
  }

  private static MediaException refusal(ActInput.Media media, byte[] bytes, String contentType) {
    return catchThrowableOfType(MediaException.class, () -> load(media, bytes, contentType));
  }

  private static LoadedMedia load(ActInput.Media media, byte[] bytes, String contentType) {
    Optional<String> type = Optional.of(contentType).filter(text -> !text.isEmpty());
    return new InputMediaSources(url -> new Fetched(bytes, type))
        .load(media, path -> Optional.of(bytes));
  }

  private static ActInput.Media base64(String text, String mime) {
    return new ActInput.Media(
        "image",
        Optional.empty(),
        Optional.of(text),
        Optional.empty(),
        Optional.of(mime),
        Optional.empty());
  }

  private static ActInput.Media file(String path, String mime) {
    return new ActInput.Media(
        "image",
        Optional.empty(),
        Optional.empty(),
        Optional.of(path),
        Optional.of(mime),
        Optional.empty());
  }

  private static ActInput.Media url(String kind, String mime) {
    return new ActInput.Media(
        kind,
        Optional.of("https://example.org/x"),
        Optional.empty(),
        Optional.empty(),
        Optional.of(mime).filter(text -> !text.isEmpty()),
        Optional.empty());
  }
}
