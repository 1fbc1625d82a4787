package io.botticelli.web.app;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.botticelli.core.engine.RunPlan;
import io.botticelli.core.engine.RunPlan.Kind;
import io.botticelli.core.engine.RunPlan.PlannedAct;
import io.botticelli.core.engine.RunPlan.PlannedInput;
import io.botticelli.core.engine.RunPlan.PlannedNarrative;
import io.botticelli.core.engine.RunPlan.Totals;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the plan of a run is printed. */
final class PlanView {
  private PlanView() {}

  /** Returns the plan as JSON. */
  static Object json(RunPlan plan, Optional<String> target) {
    PlannedNarrative root = plan.root();
    return new PlanDocument(
        root.name(),
        root.file(),
        target,
        plan.totals(),
        plan.narratives().stream().map(NarrativeView::of).toList());
  }

  /** Prints the plan for people; a nested narrative is printed once. */
  static void print(Output output, RunPlan plan) {
    for (PlannedNarrative narrative : plan.narratives()) {
      output.line(narrative.name() + " (" + narrative.file() + ")");
      if (narrative.iterations() > 1) {
        output.line(
            "  repeated "
                + narrative.iterations()
                + " times"
                + (narrative.continueOnError() ? ", also after a failed pass" : ""));
      }
      narrative.acts().forEach(act -> print(output, act));
      output.line("");
    }
    Totals totals = plan.totals();
    output.line(
        String.format(
            Locale.ROOT,
            "In total %d model calls, %d stores, %d write commands, about %d tokens",
            totals.modelCalls(),
            totals.stores(),
            totals.writeCommands(),
            totals.estimatedTokens()));
    output.line("(without rows read and earlier turns of the conversation). Nothing was run.");
  }

  private static void print(Output output, PlannedAct act) {
    StringBuilder line = new StringBuilder("  ").append(act.name()).append(": ");
    switch (act.kind()) {
      case MODEL -> {
        line.append("model ").append(act.model().orElse("of the server"));
        act.temperature().ifPresent(value -> line.append(", temperature ").append(value));
        act.maxTokens().ifPresent(value -> line.append(", at most ").append(value).append(" out"));
      }
      case ACTION -> line.append("no model");
      case NARRATIVE -> line.append("runs ").append(act.composition().orElse(""));
    }
    if (act.repetitions() > 1) {
      line.append(", repeated ").append(act.repetitions()).append(" times");
    }
    act.storesInto().ifPresent(table -> line.append(", stored in ").append(table));
    output.line(line.toString());
    act.inputs().forEach(input -> output.line("    " + described(input)));
    if (!act.unresolved().isEmpty()) {
      output.line("    stands for nothing: " + String.join(", ", act.unresolved()));
    }
    if (!act.fromState().isEmpty()) {
      output.line("    needs state: " + String.join(", ", act.fromState()));
    }
  }

  private static String described(PlannedInput input) {
    return input.type()
        + (input.subject().isEmpty() ? "" : " " + input.subject())
        + (input.bytes() > 0 ? ", " + input.bytes() + " bytes" : "")
        + input.mode().map(mode -> ", " + mode.name().toLowerCase(Locale.ROOT)).orElse("")
        + input.writes().map(subject -> ", writes " + subject).orElse("");
  }

  private record PlanDocument(
      String narrative,
      String file,
      Optional<String> target,
      @JsonUnwrapped Totals totals,
      List<NarrativeView> narratives) {}

  private record NarrativeView(
      String id,
      String name,
      String file,
      int iterations,
      boolean continueOnError,
      List<ActView> acts) {
    static NarrativeView of(PlannedNarrative narrative) {
      return new NarrativeView(
          narrative.id(),
          narrative.name(),
          narrative.file(),
          narrative.iterations(),
          narrative.continueOnError(),
          narrative.acts().stream().map(ActView::of).toList());
    }
  }

  private record ActView(
      String name,
      String kind,
      Optional<String> runs,
      int repetitions,
      Optional<String> model,
      Optional<Double> temperature,
      Optional<Integer> maxTokens,
      List<InputView> inputs,
      Optional<String> storesInto,
      List<String> unresolved,
      List<String> fromState,
      @JsonUnwrapped Totals once) {
    static ActView of(PlannedAct act) {
      return new ActView(
          act.name(),
          lower(act.kind()),
          act.composition(),
          act.repetitions(),
          act.model(),
          act.temperature(),
          act.maxTokens(),
          act.inputs().stream().map(InputView::of).toList(),
          act.storesInto(),
          act.unresolved(),
          act.fromState(),
          act.once());
    }

    private static String lower(Kind kind) {
      return kind.name().toLowerCase(Locale.ROOT);
    }
  }

  private record InputView(
      String type, String subject, int bytes, Optional<String> mode, Optional<String> writes) {
    static InputView of(PlannedInput input) {
      return new InputView(
          input.type(),
          input.subject(),
          input.bytes(),
          input.mode().map(mode -> mode.name().toLowerCase(Locale.ROOT)),
          input.writes());
    }
  }
}
