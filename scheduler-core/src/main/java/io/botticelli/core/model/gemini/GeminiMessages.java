package io.botticelli.core.model.gemini;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.message.VideoContent;
import io.botticelli.core.model.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Turns a conversation into Gemini's turns: system texts first as one instruction, adjacent turns
 * of one role merged (the API refuses two in a row), blank texts left out.
 */
final class GeminiMessages {
  private final GeminiFailures failures;

  GeminiMessages(GeminiFailures failures) {
    this.failures = failures;
  }

  /**
   * @throws io.botticelli.core.model.ModelException if a part cannot be sent or nothing is left to
   *     send
   */
  List<ChatMessage> convert(List<Message> conversation) {
    StringBuilder system = new StringBuilder();
    List<Message> turns = new ArrayList<>();
    for (Message message : conversation) {
      if (message.role() == Message.Role.SYSTEM) {
        append(system, message.text());
      } else {
        addOrMerge(turns, message);
      }
    }
    List<ChatMessage> converted = new ArrayList<>();
    if (!system.isEmpty()) {
      converted.add(SystemMessage.from(system.toString()));
    }
    boolean userSpoke = false;
    for (Message turn : turns) {
      if (turn.role() == Message.Role.ASSISTANT) {
        converted.add(AiMessage.from(turn.text()));
      } else {
        converted.add(UserMessage.from(turn.parts().stream().map(this::content).toList()));
        userSpoke = true;
      }
    }
    if (!userSpoke) {
      throw failures.invalid("the conversation holds no user text; give the act a prompt");
    }
    return converted;
  }

  private static void addOrMerge(List<Message> turns, Message message) {
    List<Message.Part> parts =
        message.parts().stream()
            .filter(part -> !(part instanceof Message.Part.Text text && text.text().isBlank()))
            .toList();
    if (parts.isEmpty()) {
      return;
    }
    int last = turns.size() - 1;
    if (last >= 0 && turns.get(last).role() == message.role()) {
      List<Message.Part> merged = new ArrayList<>(turns.get(last).parts());
      merged.addAll(parts);
      turns.set(last, new Message(message.role(), merged));
    } else {
      turns.add(new Message(message.role(), parts));
    }
  }

  private Content content(Message.Part part) {
    if (part instanceof Message.Part.Text text) {
      return TextContent.from(text.text());
    }
    Message.Part.Media media = (Message.Part.Media) part;
    String mime = media.mime().strip().toLowerCase(Locale.ROOT);
    if (mime.isEmpty()) {
      throw failures.invalid("a " + media.kind() + " part has no MIME type; set mime in the act");
    }
    if (mime.startsWith("text/") || mime.equals("application/json")) {
      return TextContent.from(
          "["
              + media.kind()
              + " "
              + mime
              + "]\n"
              + new String(media.data(), StandardCharsets.UTF_8));
    }
    String data = Base64.getEncoder().encodeToString(media.data());
    if (mime.startsWith("image/")) {
      return ImageContent.from(data, mime);
    }
    if (mime.startsWith("audio/")) {
      return AudioContent.from(data, mime);
    }
    if (mime.startsWith("video/")) {
      return VideoContent.from(data, mime);
    }
    if (mime.equals("application/pdf")) {
      return PdfFileContent.from(data, mime);
    }
    throw failures.invalid(
        "a "
            + media.kind()
            + " part of type "
            + mime
            + " cannot be sent; use image, audio, video,"
            + " PDF or text");
  }

  private static void append(StringBuilder text, String addition) {
    if (addition.isBlank()) {
      return;
    }
    if (!text.isEmpty()) {
      text.append("\n\n");
    }
    text.append(addition);
  }
}
