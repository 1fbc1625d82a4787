package io.botticelli.core.engine;

import io.botticelli.core.history.RunRecorder.SentInput;
import io.botticelli.core.media.LoadedMedia;
import io.botticelli.core.model.Message;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.Retention;
import io.botticelli.core.narrative.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A piece of a user turn that remembers where it came from, so that what stays of it later can be
 * decided by origin.
 *
 * @param origin where it came from
 * @param label line put before it when an act has several such parts, "" = none
 * @param content text or media
 * @param summary the one line that may replace it, "" = it is never replaced
 */
record TurnPart(
    Origin origin,
    Retention retention,
    String label,
    Message.Part content,
    String summary,
    SentInput sent) {

  private static final int SUMMARISED_TEXT_BYTES = 1_000;

  /** Where a part came from. */
  enum Origin {
    /** Written in the narrative. */
    INLINE_TEXT,
    FILE_TEXT,
    TABLE,
    COMMAND,
    NESTED,
    MEDIA
  }

  static TurnPart text(ActInput.Text input, String rendered) {
    int bytes = utf8Length(rendered);
    String summary = bytes > SUMMARISED_TEXT_BYTES ? "[Text: ~" + bytes / 1024 + "KB]" : rendered;
    return new TurnPart(
        input.file().isPresent() ? Origin.FILE_TEXT : Origin.INLINE_TEXT,
        Retention.FULL,
        "",
        new Message.Part.Text(rendered),
        summary,
        new SentInput("text", rendered, Optional.empty(), input.file()));
  }

  static TurnPart command(Retention retention, String command, String rendered) {
    return new TurnPart(
        Origin.COMMAND,
        retention,
        "[bot " + command + "]",
        new Message.Part.Text(rendered),
        "[Bot command: " + command + "]",
        new SentInput("bot_command", rendered, Optional.empty(), Optional.empty()));
  }

  static TurnPart table(Retention retention, String name, int rows, String rendered) {
    return new TurnPart(
        Origin.TABLE,
        retention,
        "[table " + name + ": " + rows + " rows]",
        new Message.Part.Text(rendered),
        "[Table: " + name + ", " + rows + " rows]",
        new SentInput("table", rendered, Optional.empty(), Optional.empty()));
  }

  static TurnPart nested(Retention retention, String narrative, String response) {
    return new TurnPart(
        Origin.NESTED,
        retention,
        "[narrative " + narrative + "]",
        new Message.Part.Text(response),
        "[Nested narrative: " + narrative + "]",
        new SentInput("narrative", response, Optional.empty(), Optional.empty()));
  }

  /** A document of text is sent as text, labelled: not every model takes files. */
  static TurnPart media(LoadedMedia media) {
    boolean known = !media.mime().equals(LoadedMedia.UNKNOWN_TYPE);
    String kind = media.kind().substring(0, 1).toUpperCase(Locale.ROOT) + media.kind().substring(1);
    String what = media.kind() + " " + media.mime();
    Message.Part content = new Message.Part.Media(media.kind(), media.mime(), media.bytes());
    String recorded =
        "[" + what + " " + media.bytes().length + " bytes sha256:" + media.sha256() + "]";
    if (MediaTypes.isText(media.mime())) {
      String text = new String(media.bytes(), StandardCharsets.UTF_8);
      recorded = "[" + what + media.filename().map(name -> " " + name).orElse("") + "]\n" + text;
      content = new Message.Part.Text(recorded);
    }
    return new TurnPart(
        Origin.MEDIA,
        Retention.FULL,
        "",
        content,
        "[" + kind + ": " + (known ? media.mime() : "unknown") + "]",
        new SentInput(media.kind(), recorded, Optional.of(media.mime()), media.filename()));
  }

  /** Tells whether the part is anything but text of the narrative. */
  boolean isResource() {
    return origin != Origin.INLINE_TEXT && origin != Origin.FILE_TEXT;
  }

  /** Returns the text, "" for media. */
  String textContent() {
    return content instanceof Message.Part.Text text ? text.text() : "";
  }

  /** Returns the part with its label as first line. */
  TurnPart labelled() {
    return label.isEmpty() || !(content instanceof Message.Part.Text text)
        ? this
        : withText(label + "\n" + text.text());
  }

  private TurnPart withText(String text) {
    return new TurnPart(
        origin,
        retention,
        label,
        new Message.Part.Text(text),
        summary,
        new SentInput(sent.type(), text, sent.mime(), sent.filename()));
  }

  /** Returns the size in bytes, text as UTF-8. */
  int size() {
    return content instanceof Message.Part.Media media
        ? media.data().length
        : utf8Length(textContent());
  }

  /** Returns the part as its summary. */
  TurnPart summarised() {
    return new TurnPart(origin, Retention.FULL, "", new Message.Part.Text(summary), summary, sent);
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
