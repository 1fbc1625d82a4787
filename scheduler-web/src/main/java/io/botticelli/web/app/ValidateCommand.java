package io.botticelli.web.app;

import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.FileKind;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.narrative.NarrativeFile;
import io.botticelli.core.narrative.NarrativeFile.NarrativeName;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.narrative.NarrativeSyntaxException;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.security.CommandWarnings;
import io.botticelli.core.toml.DiskSourceFiles;
import io.botticelli.core.toml.Problem;
import io.botticelli.core.toml.Problem.Severity;
import io.botticelli.core.toml.SourceFileException;
import io.botticelli.core.toml.TomlDocument;
import io.botticelli.core.toml.TomlSyntaxException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code validate}: checks files of every kind and reports every mistake at once. */
@Command(
    name = "validate",
    description = "Checks narratives, actor files and server files; exit 1 when one has errors.")
final class ValidateCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files to check.")
  private List<String> paths = List.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandContext context = CommandContext.of(spec);
    List<FileReport> reports = paths.stream().map(path -> check(context, path)).toList();
    boolean ok = reports.stream().allMatch(FileReport::ok);
    if (context.options().isJson()) {
      context.output().json(new Report(reports, ok));
    } else {
      reports.forEach(report -> print(context.output(), report));
    }
    return ok ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private static FileReport check(CommandContext context, String given) {
    DiskSourceFiles files = context.files();
    String path = files.key(context.workingDirectory().resolve(given));
    try {
      Optional<String> text = files.readText(path);
      if (text.isEmpty()) {
        return FileReport.of(given, "unknown", List.of(), List.of(missing(given)));
      }
      FileKind kind = FileKind.of(TomlDocument.parse(path, text.get()));
      return switch (kind) {
        case NARRATIVE -> narrative(context, files, given, path);
        case SERVER -> workingSet(context, files, given, path, "server");
        case ACTOR -> workingSet(context, files, given, path, "actor");
      };
    } catch (TomlSyntaxException failure) {
      return FileReport.of(given, "unknown", List.of(), failure.problems());
    } catch (SourceFileException failure) {
      return FileReport.of(
          given,
          "unknown",
          List.of(),
          List.of(problem(failure.code(), given, String.valueOf(failure.getMessage()))));
    }
  }

  private static FileReport narrative(
      CommandContext context, DiskSourceFiles files, String given, String path) {
    try {
      NarrativeFile file =
          new NarrativeParser(files, name -> context.environment().find(name)).parse(path);
      List<String> names = file.narratives().stream().map(NarrativeName::name).toList();
      List<Problem> problems = new ArrayList<>(file.validateAll());
      if (problems.stream().noneMatch(problem -> problem.severity() == Severity.ERROR)) {
        CommandWarnings commands = new CommandWarnings(new CommandCatalog());
        file.narratives().stream()
            .map(name -> file.choose(Optional.of(name.key())).narrative())
            .flatMap(narrative -> commands.of(narrative).stream())
            .distinct()
            .forEach(problems::add);
      }
      return FileReport.of(given, "narrative", names, problems);
    } catch (NarrativeSyntaxException failure) {
      return FileReport.of(given, "narrative", List.of(), failure.problems());
    }
  }

  private static FileReport workingSet(
      CommandContext context, DiskSourceFiles files, String given, String path, String kind) {
    try {
      WorkingSet set = new ConfigLoader(files, context.environment()).load(path);
      List<ScheduledActor> actors = ScheduledActor.of(set, Clock.systemUTC().instant());
      List<Problem> problems = new ArrayList<>(set.warnings());
      actors.stream()
          .filter(ScheduledActor::isOver)
          .map(actor -> neverFires(path, actor))
          .forEach(problems::add);
      return FileReport.of(given, kind, List.of(), problems).with(actors);
    } catch (ConfigException failure) {
      return FileReport.of(given, kind, List.of(), failure.problems());
    }
  }

  private static Problem neverFires(String path, ScheduledActor actor) {
    return new Problem(
        Severity.WARNING,
        "never_fires",
        path,
        0,
        0,
        "",
        Optional.empty(),
        Optional.empty(),
        "actor "
            + actor.name()
            + " never fires: its schedule ("
            + actor.schedule()
            + ") has no time left within its years, bounds and active times");
  }

  private static Problem missing(String path) {
    return problem(
        "file_missing", path, "there is no such file; check the path, it is relative to here");
  }

  private static Problem problem(String code, String path, String message) {
    return new Problem(
        Severity.ERROR, code, path, 0, 0, "", Optional.empty(), Optional.empty(), message);
  }

  private static void print(Output output, FileReport report) {
    String names =
        report.narratives().isEmpty() ? "" : ": " + String.join(", ", report.narratives());
    output.line(
        report.file() + " (" + report.kind() + ") " + (report.ok() ? "ok" : "has errors") + names);
    report.errors().forEach(finding -> output.line("  error   " + finding.rendered()));
    report.warnings().forEach(finding -> output.line("  warning " + finding.rendered()));
    report.actors().forEach(actor -> actor.lines().forEach(line -> output.line("  " + line)));
  }

  private record Report(List<FileReport> files, boolean ok) {}

  private record FileReport(
      String file,
      String kind,
      List<String> narratives,
      boolean ok,
      List<Finding> errors,
      List<Finding> warnings,
      List<ScheduledActor> actors) {
    static FileReport of(
        String file, String kind, List<String> narratives, List<Problem> problems) {
      List<Finding> errors = new ArrayList<>();
      List<Finding> warnings = new ArrayList<>();
      for (Problem problem : problems) {
        (problem.severity() == Severity.ERROR ? errors : warnings).add(Finding.of(problem));
      }
      return new FileReport(file, kind, narratives, errors.isEmpty(), errors, warnings, List.of());
    }

    FileReport with(List<ScheduledActor> scheduled) {
      return new FileReport(file, kind, narratives, ok, errors, warnings, scheduled);
    }
  }

  /** One mistake; {@code rendered} is the line for people. */
  private record Finding(
      String code,
      String message,
      String file,
      Optional<String> narrative,
      Optional<String> act,
      int line,
      int column,
      String field,
      String rendered) {
    static Finding of(Problem problem) {
      return new Finding(
          problem.code(),
          problem.message(),
          problem.file(),
          problem.narrative(),
          problem.act(),
          problem.line(),
          problem.column(),
          problem.field(),
          problem.render());
    }
  }
}
