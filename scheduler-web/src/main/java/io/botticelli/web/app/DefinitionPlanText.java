package io.botticelli.web.app;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.definition.DefinitionPlan;
import io.botticelli.core.definition.DefinitionPlan.ActorChange;
import io.botticelli.core.definition.DefinitionPlan.FileChange;
import io.botticelli.core.definition.DefinitionPlan.Kind;
import io.botticelli.core.definition.Definitions.InForce;
import io.botticelli.core.definition.SettingChange;
import io.botticelli.core.node.DefinitionDesk.Proposal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** A plan for people: one line for each thing, what is below it indented. */
final class DefinitionPlanText {
  /** More settings of one narrative nobody compares in a terminal. */
  private static final int MOST_SETTINGS = 12;

  private static final int SHORT_VERSION = 16;

  private final Output output;

  DefinitionPlanText(Output output) {
    this.output = output;
  }

  void print(Proposal proposal) {
    DefinitionPlan plan = proposal.plan();
    output.line(
        "In force: "
            + proposal.inForce().map(DefinitionPlanText::version).orElse("nothing yet")
            + ". Local: "
            + plan.to().substring(0, SHORT_VERSION)
            + " ("
            + proposal.set().entry()
            + ").");
    if (plan.isEmpty()) {
      output.line("No difference.");
    }
    for (ActorChange actor : plan.actors()) {
      if (actor.kind() != Kind.UNCHANGED) {
        print(actor);
      }
    }
    if (!plan.server().isEmpty()) {
      output.line("~ server settings");
      settings(plan.server());
    }
    plan.files().forEach(this::print);
    if (!plan.isEmpty()) {
      output.line(
          "Actors: "
              + plan.count(Kind.CREATED)
              + " new, "
              + plan.count(Kind.CHANGED)
              + " changed, "
              + plan.count(Kind.REMOVED)
              + " gone, "
              + plan.count(Kind.UNCHANGED)
              + " unchanged. Files: "
              + plan.files().size()
              + " differ.");
    }
    plan.warnings().forEach(warning -> output.line("warning: " + warning));
  }

  private static String version(InForce inForce) {
    return inForce.version().substring(0, SHORT_VERSION)
        + " since "
        + Output.time(inForce.appliedAt())
        + (inForce.appliedBy().isEmpty() ? "" : " by " + inForce.appliedBy());
  }

  private void print(ActorChange actor) {
    output.line(
        sign(actor.kind())
            + " actor "
            + actor.name()
            + ": "
            + DefinitionPlanView.word(actor.kind()));
    if (actor.kind() == Kind.CHANGED) {
      settings(actor.settings());
    }
    actor
        .fires()
        .ifPresent(
            fires ->
                output.line(
                    "    next fires: " + times(fires.before()) + " -> " + times(fires.after())));
    if (!actor.files().isEmpty()) {
      output.line("    uses changed files: " + String.join(", ", actor.files()));
    }
    actor.notes().forEach(note -> output.line("    " + note));
  }

  private void print(FileChange file) {
    StringBuilder line =
        new StringBuilder(sign(file.kind()))
            .append(' ')
            .append(file.purpose())
            .append(' ')
            .append(file.path());
    if (file.linesAdded() + file.linesRemoved() > 0) {
      line.append(": +").append(file.linesAdded()).append(" -").append(file.linesRemoved());
      line.append(" lines");
    }
    if (!file.usedBy().isEmpty()) {
      line.append(
          file.usedBy().stream()
              .map(ActorName::value)
              .collect(Collectors.joining(", ", " (used by ", ")")));
    }
    output.line(line.toString());
    settings(file.settings());
  }

  private void settings(List<SettingChange> changes) {
    changes.stream()
        .limit(MOST_SETTINGS)
        .forEach(
            change ->
                output.line(
                    "    "
                        + change.file()
                        + ": "
                        + change.field()
                        + ": "
                        + change.before().orElse("(none)")
                        + " -> "
                        + change.after().orElse("(none)")));
    if (changes.size() > MOST_SETTINGS) {
      output.line("    and " + (changes.size() - MOST_SETTINGS) + " more; --json shows all");
    }
  }

  private static String sign(Kind kind) {
    return switch (kind) {
      case CREATED -> "+";
      case REMOVED -> "-";
      case CHANGED -> "~";
      case UNCHANGED -> " ";
    };
  }

  private static String times(List<Instant> times) {
    return times.isEmpty()
        ? "none"
        : times.stream().map(Output::time).collect(Collectors.joining(", "));
  }
}
