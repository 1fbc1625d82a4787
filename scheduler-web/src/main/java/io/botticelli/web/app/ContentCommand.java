package io.botticelli.web.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.node.Workbench;
import io.botticelli.core.table.ContentReview.ReviewedRow;
import io.botticelli.core.table.ContentTables.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code content}: rows that narratives stored. */
@Command(
    name = "content",
    description = "Shows and reviews what narratives stored.",
    subcommands = {
      ContentCommand.ListRows.class,
      ContentCommand.Show.class,
      ContentCommand.Last.class,
      ContentCommand.Generations.class,
      ContentChanges.Tag.class,
      ContentChanges.Review.class,
      ContentChanges.Promote.class,
      ContentChanges.Delete.class
    })
final class ContentCommand implements Runnable {
  private static final int WIDEST = 60;

  /** Columns a person looks at first; the rest is in {@code show} and {@code --json}. */
  private static final List<String> FIRST_COLUMNS =
      List.of("id", "review_status", "generated_at", "posted_at", "source_narrative");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "list, show, last, generations, tag, review, promote or delete is missing");
  }

  private static int missing(CommandContext context, String what) {
    context.tell("botticelli: " + what);
    return ExitCodes.FAILED;
  }

  /** How rows are printed. */
  enum Format {
    HUMAN,
    JSON,
    TABLE_NAME_ONLY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** {@code content list TABLE}. */
  @Command(name = "list", description = "Lists rows of a table, newest first.")
  static final class ListRows implements Callable<Integer> {
    @Parameters(paramLabel = "TABLE", description = "Table name.")
    private String table = "";

    @Option(names = "--status", paramLabel = "S", description = "Only this review_status.")
    private @Nullable String status;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "1..1000; default ${DEFAULT-VALUE}.")
    private int limit;

    @Option(
        names = "--format",
        defaultValue = "human",
        description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Format format = Format.HUMAN;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      Limits.check(spec, limit, 1000);
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        Optional<List<ReviewedRow>> found =
            workbench.review().list(table, Optional.ofNullable(status), limit);
        if (found.isEmpty()) {
          return missing(
              context,
              "there is no table "
                  + table
                  + "; narratives create theirs with the first row they store, see 'content"
                  + " generations'");
        }
        List<ReviewedRow> rows = found.get();
        if (context.options().isJson() || format == Format.JSON) {
          context
              .output()
              .json(new RowViews.RowList(table, rows.stream().map(RowViews::withVersion).toList()));
        } else if (format == Format.TABLE_NAME_ONLY) {
          context.output().line(table);
        } else if (rows.isEmpty()) {
          context.output().line("No rows.");
        } else {
          print(context.output(), rows);
        }
      }
      return ExitCodes.OK;
    }

    private static void print(Output output, List<ReviewedRow> rows) {
      List<String> all = new ArrayList<>();
      rows.get(0).row().fieldNames().forEachRemaining(all::add);
      List<String> columns = new ArrayList<>();
      FIRST_COLUMNS.stream().filter(all::contains).forEach(columns::add);
      all.stream()
          .filter(column -> column.contains("content") || column.contains("text"))
          .filter(column -> !columns.contains(column))
          .findFirst()
          .or(() -> all.stream().filter(column -> !columns.contains(column)).findFirst())
          .ifPresent(columns::add);
      output.table(
          columns,
          rows.stream()
              .map(
                  row ->
                      columns.stream().map(column -> cell(column, row.row().path(column))).toList())
              .toList(),
          WIDEST);
    }

    private static String cell(String column, JsonNode value) {
      String text = value.isNull() ? "" : value.isValueNode() ? value.asText() : value.toString();
      // Microseconds are for machines.
      return column.endsWith("_at") ? text.replaceFirst("\\.[0-9]+(?=Z$)", "") : text;
    }
  }

  /** {@code content show TABLE ID}. */
  @Command(name = "show", description = "Shows one row.")
  static final class Show implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "TABLE", description = "Table name.")
    private String table = "";

    @Parameters(index = "1", paramLabel = "ID", description = "Id of the row.")
    private long id;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        Optional<ReviewedRow> row = workbench.review().find(table, id);
        if (row.isEmpty()) {
          return missing(context, "there is no row " + id + " in " + table);
        }
        if (context.options().isJson()) {
          context.output().json(RowViews.withVersion(row.get()));
        } else {
          RowViews.withVersion(row.get())
              .properties()
              .forEach(
                  field -> context.output().line(field.getKey() + ": " + text(field.getValue())));
        }
      }
      return ExitCodes.OK;
    }

    private static String text(JsonNode value) {
      if (value.isNull()) {
        return "-";
      }
      return value.isValueNode() ? value.asText() : value.toString();
    }
  }

  /** {@code content last}. */
  @Command(name = "last", description = "Shows the newest successful generation.")
  static final class Last implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        List<Generation> newest = workbench.tables().listGenerations(Optional.of("success"), 1);
        if (newest.isEmpty()) {
          return missing(context, "nothing was generated yet");
        }
        if (context.options().isJson()) {
          context.output().json(newest.get(0));
        } else {
          Generations.print(context.output(), newest);
        }
      }
      return ExitCodes.OK;
    }
  }

  /** {@code content generations}. */
  @Command(name = "generations", description = "Lists generations, newest first.")
  static final class Generations implements Callable<Integer> {
    private static final List<String> STATUSES = List.of("success", "failed", "running");

    @Option(names = "--status", paramLabel = "S", description = "Only success, failed or running.")
    private @Nullable String status;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "1..1000; default ${DEFAULT-VALUE}.")
    private int limit;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      Limits.check(spec, limit, 1000);
      if (status != null && !STATUSES.contains(status)) {
        throw new ParameterException(
            spec.commandLine(), "--status is " + status + ", expected " + STATUSES);
      }
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        List<Generation> generations =
            workbench.tables().listGenerations(Optional.ofNullable(status), limit);
        if (context.options().isJson()) {
          context.output().json(Map.of("items", generations));
        } else if (generations.isEmpty()) {
          context.output().line("No generations.");
        } else {
          print(context.output(), generations);
        }
      }
      return ExitCodes.OK;
    }

    static void print(Output output, List<Generation> generations) {
      output.table(
          List.of("id", "table", "rows", "status", "generated", "ms", "narrative", "message"),
          generations.stream()
              .map(
                  generation ->
                      List.of(
                          Long.toString(generation.id()),
                          generation.table(),
                          generation.rowCount().map(String::valueOf).orElse("-"),
                          generation.status(),
                          Output.time(generation.generatedAt()),
                          generation.durationMs().map(String::valueOf).orElse("-"),
                          generation.narrative(),
                          generation.error().orElse("")))
              .toList(),
          WIDEST);
    }
  }
}
