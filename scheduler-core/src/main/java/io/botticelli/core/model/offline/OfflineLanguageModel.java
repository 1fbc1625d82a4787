package io.botticelli.core.model.offline;

import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.ModelException;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model that needs no network and no key. The same conversation always gives the same answer,
 * whatever the temperature. Where a prompt demands JSON it gets JSON of the form shown; where it
 * gives rows to choose from, their texts come back unchanged; else the answer is put together from
 * the sentences of the conversation. It claims nothing about itself, and every response names
 * {@code offline} as its model. Safe for use by several threads; accepts any text.
 */
public final class OfflineLanguageModel implements LanguageModel {
  /** Name of the provider and of its only model. */
  public static final String NAME = "offline";

  private static final int BYTES_PER_TOKEN = 4;

  /** Creates the model. */
  public OfflineLanguageModel() {}

  @Override
  public String provider() {
    return NAME;
  }

  @Override
  public ModelResponse generate(ModelRequest request) {
    if (Thread.currentThread().isInterrupted()) {
      throw new ModelException(
          ModelException.Kind.INTERRUPTED,
          "offline model: the call was interrupted",
          0,
          null,
          null);
    }
    String text = answer(request.messages());
    return new ModelResponse(
        text, NAME, tokens(promptBytes(request.messages())), tokens(utf8Bytes(text)), "stop");
  }

  private static String answer(List<Message> messages) {
    Conversation conversation = new Conversation(messages);
    ProseWriter writer = new ProseWriter(conversation);
    Optional<ShapeReader.Wanted> wanted = ShapeReader.read(conversation.instruction());
    return wanted
        .map(shape -> new ShapeFiller(conversation, writer).fill(shape).toString())
        .orElseGet(
            () ->
                conversation.task() == Conversation.Task.WRITE
                    ? writer.answer() + unseen(messages)
                    : writer.answer());
  }

  /** Says that media of the last turn were not looked at, so that nobody takes the text for it. */
  private static String unseen(List<Message> messages) {
    Set<String> kinds = new TreeSet<>();
    List<Message.Part> last =
        messages.isEmpty() ? List.of() : messages.get(messages.size() - 1).parts();
    for (Message.Part part : last) {
      if (part instanceof Message.Part.Media media) {
        kinds.add(media.kind());
      }
    }
    return kinds.isEmpty()
        ? ""
        : " [The offline model did not look at: " + String.join(", ", kinds) + ".]";
  }

  private static long promptBytes(List<Message> messages) {
    long bytes = 0;
    for (Message message : messages) {
      for (Message.Part part : message.parts()) {
        bytes +=
            part instanceof Message.Part.Text text
                ? utf8Bytes(text.text())
                : ((Message.Part.Media) part).data().length;
      }
    }
    return bytes;
  }

  private static long utf8Bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate is half of a four-byte character.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  private static long tokens(long bytes) {
    return Math.max(1, bytes / BYTES_PER_TOKEN);
  }
}
