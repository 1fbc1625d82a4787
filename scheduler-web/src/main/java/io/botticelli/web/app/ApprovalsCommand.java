package io.botticelli.web.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.node.ApprovalDesk;
import io.botticelli.core.node.Workbench;
import io.botticelli.core.security.Approvals.Approval;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code approvals}: commands that wait for a person. */
@Command(
    name = "approvals",
    description = "Decides about commands that wait for a person.",
    subcommands = {
      ApprovalsCommand.ListApprovals.class,
      ApprovalsCommand.Approve.class,
      ApprovalsCommand.Deny.class
    })
final class ApprovalsCommand implements Runnable {
  private static final int WIDEST = 60;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, approve or deny is missing");
  }

  private static String me() {
    return System.getProperty("user.name", "cli");
  }

  private static int decide(CommandSpec spec, Function<ApprovalDesk, Approval> decision) {
    CommandContext context = CommandContext.of(spec);
    try (Workbench workbench = Workbench.open(context.settings(), false)) {
      View view = View.of(decision.apply(workbench.approvals()));
      if (context.options().isJson()) {
        context.output().json(view);
      } else {
        context
            .output()
            .line(
                String.format(
                    Locale.ROOT,
                    "approval %s of %s: %s%s",
                    view.id(),
                    view.command(),
                    view.decision(),
                    view.executedAt().map(at -> ", carried out at " + at).orElse("")));
      }
    }
    return ExitCodes.OK;
  }

  /** {@code approvals list}. */
  @Command(name = "list", description = "Lists commands somebody has to decide, newest first.")
  static final class ListApprovals implements Callable<Integer> {
    @Option(names = "--all", description = "Also those that are decided or expired.")
    private boolean all;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "50",
        description = "1..500; default ${DEFAULT-VALUE}.")
    private int limit;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      int most = Limits.check(spec, limit, 500);
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        List<View> views = workbench.approvals().list(!all, most).stream().map(View::of).toList();
        if (context.options().isJson()) {
          context.output().json(Map.of("items", views));
        } else if (views.isEmpty()) {
          context.output().line("Nothing waits.");
        } else {
          context
              .output()
              .table(
                  List.of("id", "decision", "command", "narrative", "expires", "arguments"),
                  views.stream()
                      .map(
                          view ->
                              List.of(
                                  view.id(),
                                  view.standing(),
                                  view.platform() + " " + view.command(),
                                  view.narrative(),
                                  view.expiresAt().toString(),
                                  view.arguments().toString()))
                      .toList(),
                  WIDEST);
        }
      }
      return ExitCodes.OK;
    }
  }

  /** {@code approvals approve ID}. */
  @Command(name = "approve", description = "Approves a command and carries it out.")
  static final class Approve implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "Id of the approval.")
    private long id;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      return decide(spec, desk -> desk.approve(id, me()));
    }
  }

  /** {@code approvals deny ID}. */
  @Command(name = "deny", description = "Denies a command.")
  static final class Deny implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "Id of the approval.")
    private long id;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why.")
    private @Nullable String reason;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      return decide(spec, desk -> desk.deny(id, me(), Optional.ofNullable(reason).orElse("")));
    }
  }

  /** One approval. */
  private record View(
      String id,
      String narrative,
      String actor,
      String executionId,
      String act,
      String platform,
      String command,
      Map<String, JsonNode> arguments,
      String reason,
      Instant createdAt,
      Instant expiresAt,
      String decision,
      Optional<String> decidedBy,
      Optional<Instant> decidedAt,
      String denial,
      Optional<Instant> executedAt,
      Optional<JsonNode> result,
      Optional<String> error) {
    static View of(Approval approval) {
      return new View(
          Long.toString(approval.id()),
          approval.request().narrative(),
          approval.request().actor(),
          Long.toString(approval.executionId()),
          approval.request().place(),
          approval.request().platform(),
          approval.request().command(),
          approval.request().arguments(),
          approval.request().reason(),
          approval.createdAt(),
          approval.expiresAt(),
          approval.decision().name().toLowerCase(Locale.ROOT),
          approval.decidedBy(),
          approval.decidedAt(),
          approval.denial(),
          approval.executedAt(),
          approval.result(),
          approval.error());
    }

    private String standing() {
      return decision.equals("approved") && executedAt.isEmpty()
          ? "approved, not carried out"
          : decision;
    }
  }
}
