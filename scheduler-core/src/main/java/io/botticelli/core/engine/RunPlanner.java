package io.botticelli.core.engine;

import io.botticelli.core.engine.RunPlan.Kind;
import io.botticelli.core.engine.RunPlan.PlannedAct;
import io.botticelli.core.engine.RunPlan.PlannedInput;
import io.botticelli.core.engine.RunPlan.PlannedNarrative;
import io.botticelli.core.engine.RunPlan.Totals;
import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.narrative.ActInput.TableRead;
import io.botticelli.core.narrative.Carousel;
import io.botticelli.core.narrative.ModelSettings;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.table.TableNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Works out what a run would do, with the engine's own rules and without touching anything outside.
 * Thread-safe.
 */
public final class RunPlanner {
  private static final int BYTES_PER_TOKEN = 4;

  /** Assumed output of a call without a limit. */
  private static final int DEFAULT_OUTPUT_TOKENS = 1_000;

  private final Environment environment;
  private final Commands commands = new Commands(name -> Optional.empty());
  private final NarrativeAnalysis analysis = new NarrativeAnalysis(commands);

  /**
   * @param environment finds variables that placeholders name
   */
  public RunPlanner(Environment environment) {
    this.environment = environment;
  }

  /**
   * What to plan; the fields mean what they mean in {@link NarrativeRunner.RunRequest}.
   *
   * @param variables extra placeholders
   */
  public record Request(
      Narrative narrative,
      Optional<String> channelId,
      Optional<String> defaultModel,
      Optional<String> overrideModel,
      Map<String, String> variables,
      boolean saveContent) {
    public Request {
      variables = Map.copyOf(variables);
    }
  }

  /** Plans a run. */
  public RunPlan plan(Request request) {
    Planning planning = new Planning(request);
    Totals totals = planning.narrative(request.narrative());
    return new RunPlan(List.copyOf(planning.planned.values()), totals);
  }

  private static String id(Narrative narrative) {
    return narrative.file() + "." + narrative.name();
  }

  /** One plan in the making: each narrative is looked at once, however often it is nested. */
  private final class Planning {
    private final Request request;
    private final Map<String, PlannedNarrative> planned = new LinkedHashMap<>();
    private final Map<String, Totals> totals = new LinkedHashMap<>();
    private final Set<String> captured;

    Planning(Request request) {
      this.request = request;
      this.captured = CapturedNames.of(request.narrative());
    }

    Totals narrative(Narrative narrative) {
      String id = id(narrative);
      Totals known = totals.get(id);
      if (known != null) {
        return known;
      }
      // Keeps its place in the order while what it nests is planned.
      planned.put(
          id, new PlannedNarrative(id, narrative.name(), narrative.file(), 1, false, List.of()));
      int iterations = narrative.carousel().map(Carousel::iterations).orElse(1);
      List<PlannedAct> acts = new ArrayList<>();
      Totals pass = Totals.NONE;
      for (int sequence = 0; sequence < narrative.acts().size(); sequence++) {
        PlannedAct act = act(narrative, sequence);
        acts.add(act);
        pass = pass.plus(act.once().times(act.repetitions()));
      }
      planned.put(
          id,
          new PlannedNarrative(
              id,
              narrative.name(),
              narrative.file(),
              iterations,
              narrative.carousel().map(Carousel::continueOnError).orElse(false),
              acts));
      Totals all = pass.times(iterations);
      totals.put(id, all);
      return all;
    }

    private PlannedAct act(Narrative narrative, int sequence) {
      Act act = narrative.acts().get(sequence);
      Kind kind =
          act.composition().isPresent()
              ? Kind.NARRATIVE
              : act.isAction() ? Kind.ACTION : Kind.MODEL;
      List<PlannedInput> inputs = new ArrayList<>();
      Totals once = act.composition().map(this::narrative).orElse(Totals.NONE);
      for (int index = 0; index < act.inputs().size(); index++) {
        ActInput input = act.inputs().get(index);
        inputs.add(input(narrative, sequence, index));
        if (input instanceof ActInput.NestedNarrative nested) {
          once = once.plus(narrative(nested.narrative()));
        }
      }
      ModelSettings settings =
          kind == Kind.MODEL ? act.settings().orElse(narrative.settings()) : ModelSettings.NONE;
      Optional<String> storesInto = storesInto(narrative, sequence);
      long writes = inputs.stream().filter(input -> input.writes().isPresent()).count();
      long bytes = inputs.stream().mapToLong(PlannedInput::bytes).sum();
      long tokens =
          kind == Kind.MODEL
              ? bytes / BYTES_PER_TOKEN + settings.maxTokens().orElse(DEFAULT_OUTPUT_TOKENS)
              : 0;
      once =
          once.plus(
              new Totals(
                  kind == Kind.MODEL ? 1 : 0, storesInto.isPresent() ? 1 : 0, writes, tokens));
      PlannedNames names = new PlannedNames(request, captured, environment, narrative, sequence);
      return new PlannedAct(
          act.name(),
          kind,
          act.composition().map(RunPlanner::id),
          act.carousel().map(Carousel::iterations).orElse(1),
          kind == Kind.MODEL
              ? request.overrideModel().or(settings::model).or(request::defaultModel)
              : Optional.empty(),
          settings.temperature(),
          settings.maxTokens(),
          inputs,
          storesInto,
          names.unresolved(),
          names.fromState(),
          once);
    }

    private PlannedInput input(Narrative narrative, int sequence, int index) {
      ActInput input = narrative.acts().get(sequence).inputs().get(index);
      if (input instanceof ActInput.Text text) {
        return new PlannedInput(
            "text",
            text.file().orElse(""),
            text.content().getBytes(StandardCharsets.UTF_8).length,
            Optional.empty(),
            Optional.empty());
      }
      if (input instanceof ActInput.Media media) {
        return plain(media.kind(), media.file().or(media::filename).orElse(""));
      }
      if (input instanceof TableRead read) {
        return new PlannedInput(
            "table",
            read.table(),
            0,
            Optional.of(analysis.readMode(narrative, sequence, index, read)),
            Optional.empty());
      }
      if (input instanceof ActInput.NestedNarrative nested) {
        return plain("narrative", id(nested.narrative()));
      }
      BotCommand command = (BotCommand) input;
      return new PlannedInput(
          "bot_command", CommandCalls.qualified(command), 0, Optional.empty(), writes(command));
    }

    private PlannedInput plain(String type, String subject) {
      return new PlannedInput(type, subject, 0, Optional.empty(), Optional.empty());
    }

    private Optional<String> writes(BotCommand command) {
      if (commands.isTableUpdate(command)) {
        return Optional.of(
            "table " + String.valueOf(command.arguments().getOrDefault("table_name", "?")));
      }
      boolean write =
          Commands.DATABASE.equals(command.platform())
              || new CommandCatalog().isWrite(command.command());
      return write ? Optional.of(command.platform()) : Optional.empty();
    }

    private Optional<String> storesInto(Narrative narrative, int sequence) {
      Act act = narrative.acts().get(sequence);
      boolean assembled =
          !act.inputs().isEmpty()
              && act.inputs().get(0) instanceof ActInput.Text text
              && SchemaPrompts.applies(narrative, text.content());
      return request.saveContent() && ContentStorage.isWanted(narrative, sequence, assembled)
          ? Optional.of(TableNames.sanitise(narrative.target().orElse(narrative.name())))
          : Optional.empty();
    }
  }

  /** Names that some act or command of the run saves as a variable. */
  private static final class CapturedNames {
    private CapturedNames() {}

    static Set<String> of(Narrative root) {
      Set<String> names = new LinkedHashSet<>();
      collect(root, names, new LinkedHashSet<>());
      return names;
    }

    private static void collect(Narrative narrative, Set<String> names, Set<String> seen) {
      if (!seen.add(id(narrative))) {
        return;
      }
      for (Act act : narrative.acts()) {
        names.addAll(act.stateCapture().keySet());
        act.composition().ifPresent(nested -> collect(nested, names, seen));
        for (ActInput input : act.inputs()) {
          if (input instanceof BotCommand command) {
            names.addAll(command.capture().keySet());
            command.storeAs().ifPresent(names::add);
          } else if (input instanceof ActInput.NestedNarrative nested) {
            collect(nested.narrative(), names, seen);
          }
        }
      }
    }
  }
}
