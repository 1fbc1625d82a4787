package io.botticelli.core.engine;

import io.botticelli.core.history.ExecutionHistory.ActRun;
import io.botticelli.core.history.ExecutionHistory.NarrativeRun;
import io.botticelli.core.history.RunRecorder.SentInput;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.model.LanguageModels.Selection;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.Message.Part;
import io.botticelli.core.model.Message.Role;
import io.botticelli.core.model.ModelRequest;
import io.botticelli.core.model.ModelResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks a model once more what a recorded act asked. It knows models and nothing else, so a replay
 * can neither post nor touch a table. Thread-safe.
 *
 * <p>The act sees the recorded inputs and answers of the acts before it, as it did when it ran;
 * inputs that had been summarised or dropped by then are sent in full, since the record holds them
 * so.
 */
public final class PromptReplay {
  private static final Set<String> TEXTS = Set.of("text", "bot_command", "table", "narrative");

  private final LanguageModels models;
  private final ModelCalls calls;
  private final Duration timeout;

  /**
   * @param models finds the provider of a model name
   * @param calls makes the call, with retries
   * @param timeout of one attempt
   */
  public PromptReplay(LanguageModels models, ModelCalls calls, Duration timeout) {
    this.models = models;
    this.calls = calls;
    this.timeout = timeout;
  }

  /** Tells whether an act asked a model. */
  public static boolean asked(ActRun act) {
    return act.model().isPresent() && !act.inputs().isEmpty();
  }

  /** Tells why an act cannot be asked again, or empty. */
  public static Optional<String> obstacle(ActRun act) {
    return act.inputs().stream()
        .map(SentInput::type)
        .filter(type -> !TEXTS.contains(type))
        .findFirst()
        .map(type -> "its " + type + " input is not kept in the history");
  }

  /**
   * Asks again.
   *
   * @param run run the act belongs to
   * @param index position of the act in {@code run.acts()}
   * @param model model to ask, or empty for the one that answered then
   * @throws io.botticelli.core.model.ModelException if no provider serves the model or the call
   *     fails
   */
  public ModelResponse ask(NarrativeRun run, int index, Optional<String> model) {
    ActRun act = run.acts().get(index);
    Selection selection = models.select(model.or(act::model).orElse(""));
    return calls.call(
        selection.model(),
        new ModelRequest(
            selection.modelName(),
            act.temperature(),
            act.maxTokens(),
            conversation(run.acts().subList(0, index), act),
            timeout));
  }

  private static List<Message> conversation(List<ActRun> before, ActRun act) {
    List<Message> messages = new ArrayList<>();
    for (ActRun earlier : before) {
      if (asked(earlier)) {
        if (!earlier.response().isBlank()) {
          add(messages, Role.USER, parts(earlier));
          add(messages, Role.ASSISTANT, List.of(new Part.Text(earlier.response())));
        }
      } else if (!earlier.inputs().isEmpty()) {
        List<Part> parts = new ArrayList<>(parts(earlier));
        parts.set(
            0,
            new Part.Text(
                "[output of act " + earlier.name() + "]\n" + ((Part.Text) parts.get(0)).text()));
        add(messages, Role.USER, parts);
      } else if (!earlier.response().isBlank()) {
        add(
            messages,
            Role.USER,
            List.of(new Part.Text("[narrative run as act " + earlier.name() + "]")));
        add(messages, Role.ASSISTANT, List.of(new Part.Text(earlier.response())));
      }
    }
    add(messages, Role.USER, parts(act));
    return messages;
  }

  private static List<Part> parts(ActRun act) {
    return act.inputs().stream()
        .map(
            input ->
                TEXTS.contains(input.type())
                    ? input.text()
                    : "[" + input.type() + ": not kept in the history]")
        .map(text -> (Part) new Part.Text(text))
        .toList();
  }

  /** Neighbouring turns of one role are one message, as when the act ran. */
  private static void add(List<Message> messages, Role role, List<Part> parts) {
    int last = messages.size() - 1;
    List<Part> joined = new ArrayList<>();
    if (last >= 0 && messages.get(last).role() == role) {
      joined.addAll(messages.remove(last).parts());
    }
    joined.addAll(parts);
    messages.add(new Message(role, joined));
  }
}
