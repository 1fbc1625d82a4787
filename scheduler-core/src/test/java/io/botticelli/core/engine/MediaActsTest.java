package io.botticelli.core.engine;

import static io.botticelli.core.engine.Narratives.act;
import static io.botticelli.core.engine.Narratives.narrative;
import static io.botticelli.core.engine.Narratives.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.history.RunRecorder.SentInput;
import io.botticelli.core.media.MediaException;
import io.botticelli.core.media.UrlMedia.Fetched;
import io.botticelli.core.model.Message.Part;
import io.botticelli.core.narrative.ActInput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Media reach the model, wherever they come from. */
class MediaActsTest {
  private static final String URL = "https://example.org/x?token=hunter2";

  private final EngineFixture engine = new EngineFixture();

  @Test
  void bytesFromTextFileAndWebReachTheModelInOneTurn() {
    engine.files.put("set/logo.png", new byte[] {1, 2});
    engine.web.put(URL, new Fetched(new byte[] {3}, Optional.of("Audio/MP3; q=1")));

    RunResult result =
        engine.run(
            narrative(
                "n",
                act(
                    "a",
                    text("see"),
                    base64("image", "aGk=", "image/png"),
                    file("image", "set/logo.png", "image/png"),
                    url("audio", URL))));

    assertThat(result.status()).isEqualTo(Status.COMPLETED);
    List<Part> parts = engine.model.requests().get(0).messages().get(0).parts();
    assertThat(parts).hasSize(4);
    assertMedia(parts.get(1), "image", "image/png", 'h', 'i');
    assertMedia(parts.get(2), "image", "image/png", 1, 2);
    assertMedia(parts.get(3), "audio", "audio/mp3", 3);
  }

  @Test
  void historyHoldsKindSizeAndDigestInsteadOfBytesAndNoAddress() {
    engine.files.put("set/logo.png", new byte[] {1, 2});
    engine.web.put(URL, new Fetched(new byte[] {3}, Optional.empty()));

    engine.run(
        narrative(
            "n",
            act("a", text("see"), file("image", "set/logo.png", "image/png"), url("video", URL))));

    List<SentInput> sent = engine.runs.act("a").inputs();
    assertThat(sent.get(1))
        .isEqualTo(
            new SentInput(
                "image",
                "[image image/png 2 bytes"
                    + " sha256:a12871fee210fb8619291eaea194581cbd2531e4b23759d225f6806923f63222]",
                Optional.of("image/png"),
                Optional.of("logo.png")));
    assertThat(sent.get(2).text()).startsWith("[video application/octet-stream 1 bytes sha256:");
    assertThat(sent.toString()).doesNotContain("hunter2");
  }

  @Test
  void documentsOfTextAreSentAsLabelledTextAndNotRendered() {
    engine.files.put("set/facts.md", "{{env:HOME}} # facts".getBytes(StandardCharsets.UTF_8));

    engine.run(
        narrative(
            "n", act("a", text("sum up"), file("document", "set/facts.md", "text/markdown"))));

    assertThat(engine.model.requests().get(0).messages().get(0).parts().get(1))
        .isEqualTo(new Part.Text("[document text/markdown facts.md]\n{{env:HOME}} # facts"));
  }

  @Test
  void mediaOfAnActWithoutModelAreSeenByTheNextActThatAsks() {
    engine.files.put("set/logo.png", new byte[] {1, 2});

    engine.run(
        narrative(
            "n",
            act("show", file("image", "set/logo.png", "image/png")),
            act("ask", text("what is it?"))));

    List<Part> parts = engine.model.requests().get(0).messages().get(0).parts();
    assertThat(parts).hasSize(3);
    assertMedia(parts.get(1), "image", "image/png", 1, 2);
  }

  @Test
  void largeMediaStayInTheConversationAsOneLine() {
    engine.files.put("set/logo.png", new byte[20_000]);

    engine.run(
        narrative(
            "n",
            act("a", text("see"), file("image", "set/logo.png", "image/png")),
            act("b", text("and now?"))));

    assertThat(engine.model.requests().get(1).messages().get(0).parts())
        .containsExactly(new Part.Text("see"), new Part.Text("[Image: image/png]"));
  }

  @Test
  void mediaThatCannotBeHadFailTheActWithoutAskingTheModel() {
    RunResult missing =
        engine.run(
            narrative("n", act("a", text("see"), file("image", "set/none.png", "image/png"))));
    RunResult refused = engine.run(narrative("n", act("a", text("see"), url("image", URL))));
    RunResult wrong =
        engine.run(narrative("n", act("a", text("see"), base64("image", "aGk=", "audio/mp3"))));

    assertThat(engine.model.requests()).isEmpty();
    assertThat(missing.errorCode()).contains("media_missing");
    assertThat(missing.errorMessage().orElseThrow())
        .startsWith("narrative n, act a: image file set/none.png is gone");
    assertThat(refused.errorCode()).contains("media_refused");
    assertThat(refused.errorMessage().orElseThrow()).doesNotContain("hunter2");
    assertThat(wrong.errorMessage().orElseThrow())
        .contains("is of type audio/mp3, expected image/*");
    assertThat(List.of(missing, refused, wrong)).noneMatch(RunResult::retryable);
  }

  @Test
  void interruptionWhileMediaAreLoadedCancelsTheRun() {
    NarrativeEngine interrupted =
        engine.engine(
            (media, files) -> {
              Thread.currentThread().interrupt();
              throw MediaException.passing("media_interrupted", "interrupted", null);
            });
    RunResult result;
    try {
      result =
          interrupted.run(engine.request(narrative("n", act("a", text("see"), url("image", URL)))));
    } finally {
      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    }

    assertThat(result.status()).isEqualTo(Status.CANCELLED);
  }

  private static void assertMedia(Part part, String kind, String mime, int... bytes) {
    assertThat(part)
        .isInstanceOfSatisfying(
            Part.Media.class,
            media -> {
              assertThat(media.kind()).isEqualTo(kind);
              assertThat(media.mime()).isEqualTo(mime);
              assertThat(media.data()).containsExactly(bytes);
            });
  }

  private static ActInput base64(String kind, String text, String mime) {
    return new ActInput.Media(
        kind,
        Optional.empty(),
        Optional.of(text),
        Optional.empty(),
        Optional.of(mime),
        Optional.empty());
  }

  private static ActInput file(String kind, String path, String mime) {
    return new ActInput.Media(
        kind,
        Optional.empty(),
        Optional.empty(),
        Optional.of(path),
        Optional.of(mime),
        Optional.empty());
  }

  private static ActInput url(String kind, String url) {
    return new ActInput.Media(
        kind,
        Optional.of(url),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
