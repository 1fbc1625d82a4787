package io.botticelli.web.app;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.RunPlan;
import io.botticelli.core.engine.RunPlanner;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.NarrativeFile;
import io.botticelli.core.narrative.NarrativeFile.Loaded;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.node.NodeSettings;
import io.botticelli.core.node.Workbench;
import io.botticelli.core.toml.DiskSourceFiles;
import io.botticelli.web.api.ExecutionViews.RunView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code run}: one narrative, now. */
@Command(
    name = "run",
    description = "Runs one narrative now, with a bar for each act on a terminal.")
final class RunCommand implements Callable<Integer> {
  private static final String NARRATIVES_ROOT = "narratives";
  private static final Set<String> OFFLINE = Set.of("offline", "mock");

  @Parameters(
      paramLabel = "FILE[.NAME]",
      description =
          "Narrative file, or its bare name below narratives/; .NAME picks one of several.")
  private String reference = "";

  @Option(
      names = {"-n", "--narrative-name"},
      paramLabel = "NAME",
      description = "Which narrative of the file.")
  private @Nullable String name;

  @Option(
      names = "--provider",
      paramLabel = "P",
      description = "offline (alias mock) or gemini, instead of what the files name.")
  private @Nullable String provider;

  @Option(
      names = "--model",
      paramLabel = "M",
      description = "Model for every act, instead of what the files name.")
  private @Nullable String model;

  @Option(
      names = "--var",
      paramLabel = "NAME=VALUE",
      description = "A placeholder; may be given several times.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--dry-run",
      description = "Checks the narrative and prints what a run would do; runs nothing.")
  private boolean dryRun;

  @Option(names = "--no-save", description = "Stores no rows.")
  private boolean noSave;

  @Option(names = "--no-discord", description = "Commands to a platform are accepted and dropped.")
  private boolean noDiscord;

  @Option(names = "--save", hidden = true, description = "Default since rows are always stored.")
  private boolean save;

  @Option(names = "--process-discord", hidden = true, description = "Default.")
  private boolean processDiscord;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandContext context = CommandContext.of(spec);
    Map<String, String> variables = variables();
    Optional<String> overrideModel = overrideModel();
    Loaded loaded = load(context, variables.keySet());
    loaded.warnings().forEach(warning -> context.tell("warning: " + warning.render()));
    if (dryRun) {
      printPlan(context, loaded.narrative(), variables, overrideModel);
      return ExitCodes.OK;
    }
    NodeSettings settings = context.settings().withOverrideModel(overrideModel);
    if (!context.options().isVerbose()) {
      Logging.narrativesTell();
    }
    Thread runner = Thread.currentThread();
    try (Signals signals = Signals.install(runner::interrupt)) {
      try {
        return run(context, settings, loaded.narrative(), variables);
      } catch (ActorServerException failure) {
        if (signals.isStopping()) {
          throw new CommandException(
              "interrupted", "interrupted before " + loaded.narrative().name() + " ended", failure);
        }
        throw failure;
      } finally {
        // What was asked for is done; the caller's thread goes on.
        if (signals.isStopping()) {
          Thread.interrupted();
        }
      }
    }
  }

  private int run(
      CommandContext context,
      NodeSettings settings,
      Narrative narrative,
      Map<String, String> variables) {
    try (Workbench workbench = Workbench.open(settings, !noDiscord);
        RunProgress progress =
            new RunProgress(context, Terminal.isInteractive() && !context.options().isJson())) {
      workbench.notices().forEach(context::tell);
      Workbench.Outcome outcome =
          workbench.runNarrative(
              new Workbench.Request(
                  narrative,
                  noDiscord ? "noop" : "discord",
                  channel(context),
                  workbench.server().models().defaultModel(),
                  variables,
                  !noSave,
                  progress));
      progress.close();
      report(context, narrative, outcome, workbench);
      return exitCode(outcome.result());
    }
  }

  private Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(
            spec.commandLine(), "--var is '" + assignment + "', expected NAME=VALUE");
      }
      variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    return variables;
  }

  private Optional<String> overrideModel() {
    if (model != null) {
      return Optional.of(model);
    }
    if (provider == null) {
      return Optional.empty();
    }
    String wanted = provider.toLowerCase(Locale.ROOT);
    if (OFFLINE.contains(wanted)) {
      return Optional.of("offline");
    }
    if (wanted.equals("gemini")) {
      return Optional.of("gemini-2.5-flash-lite");
    }
    throw new ParameterException(
        spec.commandLine(),
        "--provider is " + provider + ", expected offline (alias mock) or gemini");
  }

  /** The whole reference is a file first; else the part after its last dot names the narrative. */
  private Loaded load(CommandContext context, Set<String> variables) {
    DiskSourceFiles files = context.files();
    NarrativeParser parser =
        new NarrativeParser(
            files,
            variable -> context.environment().find(variable),
            files.key(context.workingDirectory().resolve(NARRATIVES_ROOT)));
    NarrativeReferences references =
        new NarrativeReferences(
            files,
            files::key,
            parser,
            files.key(context.workingDirectory().resolve("command-line")),
            context.workingDirectory().resolve(NARRATIVES_ROOT));
    Optional<String> path = references.find(reference);
    Optional<String> chosen = Optional.ofNullable(name);
    int dot = reference.lastIndexOf('.');
    if (path.isEmpty() && dot > 0 && chosen.isEmpty()) {
      path = references.find(reference.substring(0, dot));
      chosen = Optional.of(reference.substring(dot + 1));
    }
    if (path.isEmpty()) {
      throw new CommandException(
          "usage",
          "there is no narrative file "
              + reference
              + ": looked here and below "
              + NARRATIVES_ROOT
              + "/; give a path, or a bare name of a file there");
    }
    NarrativeFile file = parser.parse(path.get());
    return file.choose(chosen, variables);
  }

  private void printPlan(
      CommandContext context,
      Narrative narrative,
      Map<String, String> variables,
      Optional<String> overrideModel) {
    RunPlan plan =
        new RunPlanner(variable -> context.environment().find(variable))
            .plan(
                new RunPlanner.Request(
                    narrative,
                    channel(context),
                    Optional.empty(),
                    overrideModel,
                    variables,
                    !noSave));
    if (context.options().isJson()) {
      context.output().json(PlanView.json(plan, narrative.target()));
    } else {
      PlanView.print(context.output(), plan);
    }
  }

  private static Optional<String> channel(CommandContext context) {
    return context.environment().find("POSTING_CHANNEL_ID").or(() -> Optional.of("general"));
  }

  private static void report(
      CommandContext context, Narrative narrative, Workbench.Outcome outcome, Workbench workbench) {
    RunResult result = outcome.result();
    String status =
        result.contentFailed() && result.errorCode().isEmpty()
            ? "content failed"
            : result.status().name().toLowerCase(Locale.ROOT);
    if (context.options().isJson()) {
      context
          .output()
          .json(
              new Record(
                  Long.toString(outcome.executionId()),
                  narrative.name(),
                  result,
                  workbench.history().listRuns(outcome.executionId()).stream()
                      .map(RunView::of)
                      .toList()));
      return;
    }
    context
        .output()
        .line(
            String.format(
                Locale.ROOT,
                "%s: %s%s. %d model calls, %d rows stored, %d posts sent, tokens %d in %d out;"
                    + " execution %d",
                narrative.name(),
                status,
                result.errorMessage().map(message -> " (" + message + ")").orElse(""),
                result.modelCalls(),
                result.rowsStored(),
                result.postsSent(),
                result.tokensIn(),
                result.tokensOut(),
                outcome.executionId()));
  }

  private static int exitCode(RunResult result) {
    return switch (result.status()) {
      case COMPLETED -> result.contentFailed() ? ExitCodes.FAILED : ExitCodes.OK;
      case FAILED -> ExitCodes.FAILED;
      case SKIPPED, WAITING_APPROVAL -> ExitCodes.SKIPPED;
      case CANCELLED -> ExitCodes.INTERRUPTED;
    };
  }

  private record Record(
      String executionId,
      String narrative,
      String status,
      Optional<String> errorCode,
      Optional<String> errorMessage,
      boolean contentFailed,
      int modelCalls,
      int rowsStored,
      int postsSent,
      long tokensIn,
      long tokensOut,
      int iterationsCompleted,
      int iterationsFailed,
      String response,
      List<RunView> narratives) {
    Record(String executionId, String narrative, RunResult result, List<RunView> narratives) {
      this(
          executionId,
          narrative,
          result.status().name().toLowerCase(Locale.ROOT),
          result.errorCode(),
          result.errorMessage(),
          result.contentFailed(),
          result.modelCalls(),
          result.rowsStored(),
          result.postsSent(),
          result.tokensIn(),
          result.tokensOut(),
          result.iterationsCompleted(),
          result.iterationsFailed(),
          result.response(),
          narratives);
    }
  }
}
