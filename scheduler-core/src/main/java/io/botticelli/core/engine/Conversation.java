package io.botticelli.core.engine;

import io.botticelli.core.engine.TurnPart.Origin;
import io.botticelli.core.model.Message;
import io.botticelli.core.model.Message.Part;
import io.botticelli.core.model.Message.Role;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a model is told: everything so far, the oldest first. The call of an act sees its inputs in
 * full; afterwards {@link #settle} leaves of them what their retention allows. Confined to the
 * run's thread.
 */
final class Conversation {
  private static final String NOTHING_LEFT = "[inputs removed]";

  private final int autoSummaryBytes;
  private final List<Turn> turns = new ArrayList<>();

  Conversation(int autoSummaryBytes) {
    this.autoSummaryBytes = autoSummaryBytes;
  }

  /** Adds the user turn of an act that calls a model. */
  void addInputs(List<TurnPart> parts) {
    turns.add(new Turn(Role.USER, "", parts));
  }

  /** Takes the newest turn back, because its call failed and the act is not part of the run. */
  void removeLast() {
    turns.remove(turns.size() - 1);
  }

  /**
   * Adds what an action act read and did. Parts it wants summarised or dropped are so at once: no
   * call of this act needs them. Large ones stay until the next call has seen them.
   */
  void addOutput(String act, List<TurnPart> parts) {
    List<TurnPart> kept = new ArrayList<>();
    for (TurnPart part : parts) {
      if (part.retention() == Retention.SUMMARY) {
        kept.add(part.summarised());
      } else if (part.retention() == Retention.FULL) {
        kept.add(part);
      }
    }
    turns.add(new Turn(Role.USER, "[output of act " + act + "]", orNote(kept)));
  }

  /** Adds what a narrative run as an act answered; nothing if it answered nothing. */
  void addComposition(String narrative, String act, String response) {
    if (response.isBlank()) {
      return;
    }
    turns.add(
        new Turn(Role.USER, "[narrative " + narrative + " run as act " + act + "]", List.of()));
    addResponse(response);
  }

  /** Adds a model's answer. */
  void addResponse(String response) {
    turns.add(new Turn(Role.ASSISTANT, response, List.of()));
  }

  /** Applies retention to every user turn a call has now seen. */
  void settle() {
    turns.replaceAll(
        turn -> turn.settled || turn.role != Role.USER ? turn : turn.settle(autoSummaryBytes));
  }

  /** Returns the conversation; neighbouring turns of one role are one message. */
  List<Message> messages() {
    List<Message> messages = new ArrayList<>();
    for (Turn turn : turns) {
      List<Part> parts = new ArrayList<>();
      int last = messages.size() - 1;
      boolean merge = last >= 0 && messages.get(last).role() == turn.role;
      if (merge) {
        parts.addAll(messages.remove(last).parts());
      }
      parts.addAll(turn.toParts());
      messages.add(new Message(turn.role, parts));
    }
    return messages;
  }

  private static List<TurnPart> orNote(List<TurnPart> parts) {
    return parts.isEmpty() ? List.of(note()) : parts;
  }

  private static TurnPart note() {
    return TurnPart.text(new ActInput.Text(NOTHING_LEFT, Optional.empty()), NOTHING_LEFT);
  }

  /** One turn; {@code header} is its first line, or the whole text of an assistant's turn. */
  private static final class Turn {
    private final Role role;
    private final String header;
    private final List<TurnPart> parts;
    private boolean settled;

    Turn(Role role, String header, List<TurnPart> parts) {
      this.role = role;
      this.header = header;
      this.parts = List.copyOf(parts);
    }

    Turn settle(int autoSummaryBytes) {
      List<TurnPart> kept = new ArrayList<>();
      for (TurnPart part : parts) {
        boolean large = part.origin() != Origin.INLINE_TEXT && part.size() > autoSummaryBytes;
        if (part.retention() == Retention.SUMMARY || part.retention() == Retention.FULL && large) {
          kept.add(part.summarised());
        } else if (part.retention() == Retention.FULL) {
          kept.add(part);
        }
      }
      Turn turn = new Turn(role, header, parts.isEmpty() ? kept : orNote(kept));
      turn.settled = true;
      return turn;
    }

    List<Part> toParts() {
      List<Part> out = new ArrayList<>();
      if (!header.isEmpty() || parts.isEmpty()) {
        out.add(new Part.Text(header));
      }
      for (TurnPart part : parts) {
        if (out.size() == 1 && !header.isEmpty() && part.content() instanceof Part.Text text) {
          out.set(0, new Part.Text(header + "\n" + text.text()));
        } else {
          out.add(part.content());
        }
      }
      return out;
    }
  }
}
