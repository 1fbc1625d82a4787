package io.botticelli.web.app;

import io.botticelli.core.node.Workbench;
import io.botticelli.core.table.ContentReview;
import io.botticelli.core.table.ContentReview.ReviewStatus;
import io.botticelli.core.table.ContentReview.RowChange;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands of {@code content} that change a row. */
final class ContentChanges {
  private ContentChanges() {}

  /** Which row, and the version it must have. */
  static final class Target {
    @Parameters(index = "0", paramLabel = "TABLE", description = "Table name.")
    private String table = "";

    @Parameters(index = "1", paramLabel = "ID", description = "Id of the row.")
    private long id;

    @Option(
        names = "--if-version",
        paramLabel = "V",
        description = "Only while the row has this version, see 'content show'; else exit 1.")
    private @Nullable String version;

    RowChange change() {
      String user = System.getProperty("user.name", "");
      return new RowChange(
          table,
          id,
          Optional.ofNullable(version),
          user.isBlank() ? "cli" : "cli:" + Output.oneLine(user));
    }

    String row() {
      return "row " + id + " of " + table;
    }

    /** What is printed as JSON about any change. */
    Map<String, Object> facts() {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("table", table);
      facts.put("id", id);
      return facts;
    }
  }

  private static Integer report(
      CommandContext context, Map<String, Object> facts, String forPeople) {
    if (context.options().isJson()) {
      context.output().json(facts);
    } else {
      context.output().line(forPeople);
    }
    return ExitCodes.OK;
  }

  private static ReviewStatus status(CommandSpec spec, String name, String value) {
    return Arrays.stream(ReviewStatus.values())
        .filter(status -> status.stored().equals(value.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    name
                        + " is "
                        + value
                        + ", expected "
                        + String.join(
                            ", ",
                            Arrays.stream(ReviewStatus.values())
                                .map(ReviewStatus::stored)
                                .toList())));
  }

  /** {@code content tag TABLE ID}. */
  @Command(name = "tag", description = "Replaces the tags of a row, its rating, or both.")
  static final class Tag implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Option(
        names = "--tags",
        paramLabel = "A,B",
        description = "New tags; an empty value removes all.")
    private @Nullable String tags;

    @Option(names = "--rating", paramLabel = "N", description = "1..5.")
    private @Nullable Integer rating;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      if (tags == null && rating == null) {
        throw new ParameterException(spec.commandLine(), "--tags or --rating is missing");
      }
      if (rating != null
          && (rating < ContentReview.LOWEST_RATING || rating > ContentReview.HIGHEST_RATING)) {
        throw new ParameterException(
            spec.commandLine(),
            "--rating is "
                + rating
                + ", expected "
                + ContentReview.LOWEST_RATING
                + ".."
                + ContentReview.HIGHEST_RATING);
      }
      CommandContext context = CommandContext.of(spec);
      Optional<List<String>> wanted = Optional.ofNullable(tags).map(Tag::split);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        String version =
            workbench.review().tag(target.change(), wanted, Optional.ofNullable(rating));
        Map<String, Object> facts = target.facts();
        wanted.ifPresent(list -> facts.put("tags", list));
        Optional.ofNullable(rating).ifPresent(stars -> facts.put("rating", stars));
        facts.put("version", version);
        return report(
            context,
            facts,
            target.row()
                + wanted.map(list -> ", tags " + String.join(", ", list)).orElse("")
                + Optional.ofNullable(rating).map(stars -> ", rating " + stars).orElse("")
                + "; version "
                + version);
      }
    }

    private static List<String> split(String text) {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(tag -> !tag.isEmpty())
          .distinct()
          .toList();
    }
  }

  /** {@code content review TABLE ID STATUS}. */
  @Command(name = "review", description = "Sets the review_status of a row.")
  static final class Review implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Parameters(
        index = "2",
        paramLabel = "STATUS",
        description = "pending, approved, rejected or posted.")
    private String status = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      ReviewStatus wanted = status(spec, "STATUS", status);
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        String version = workbench.review().review(target.change(), wanted);
        Map<String, Object> facts = target.facts();
        facts.put("review_status", wanted.stored());
        facts.put("version", version);
        return report(
            context, facts, target.row() + " is " + wanted.stored() + "; version " + version);
      }
    }
  }

  /** {@code content promote TABLE ID}. */
  @Command(name = "promote", description = "Copies the data of a row into another table.")
  static final class Promote implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Option(
        names = "--target",
        paramLabel = "TABLE",
        required = true,
        description = "Existing table the columns both have are copied into.")
    private String into = "";

    @Option(
        names = "--mark",
        paramLabel = "STATUS",
        description = "Also sets the review_status of the source row.")
    private @Nullable String mark;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      Optional<ReviewStatus> marked =
          Optional.ofNullable(mark).map(value -> status(spec, "--mark", value));
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        long copy = workbench.review().promote(target.change(), into, marked);
        Map<String, Object> facts = target.facts();
        facts.put("target", into);
        facts.put("new_id", copy);
        marked.ifPresent(status -> facts.put("review_status", status.stored()));
        return report(
            context, facts, target.row() + " was copied; it is row " + copy + " of " + into);
      }
    }
  }

  /** {@code content delete TABLE ID}. */
  @Command(name = "delete", description = "Deletes a row.")
  static final class Delete implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Option(names = "--yes", description = "Really; without it nothing is done.")
    private boolean yes;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      if (!yes) {
        throw new ParameterException(
            spec.commandLine(), target.row() + " would be deleted for good; add --yes to do it");
      }
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        workbench.review().delete(target.change());
        Map<String, Object> facts = target.facts();
        facts.put("deleted", true);
        return report(context, facts, target.row() + " is deleted");
      }
    }
  }
}
