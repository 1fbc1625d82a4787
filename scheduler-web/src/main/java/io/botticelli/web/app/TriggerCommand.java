package io.botticelli.web.app;

import io.botticelli.core.history.ExecutionHistory.Execution;
import io.botticelli.core.history.FireReceipt;
import io.botticelli.core.history.FireRequest;
import io.botticelli.core.node.Workbench;
import io.botticelli.web.api.ReceiptView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code actors trigger NAME}: fires an actor on a node of the cluster, and prints the receipt. */
@Command(
    name = "trigger",
    description = "Fires an actor now, on some node, and prints a receipt.",
    footer = {
      "",
      "With --wait: exit 0 when it succeeded, 1 when it failed, 3 when it was skipped,",
      "4 when it was cancelled, the time is over or Ctrl-C was pressed. The fire goes on",
      "without this command in any case."
    })
class TriggerCommand implements Callable<Integer> {
  /** First and longest pause between looks at the receipt. */
  private static final Duration FIRST_LOOK = Duration.ofMillis(50);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  @Mixin private ActorArgument actor = new ActorArgument();

  @Option(
      names = {"--param", "-p"},
      paramLabel = "NAME=VALUE",
      description = "A placeholder for its narratives; may be given several times.")
  private List<String> assignments = new ArrayList<>();

  @Option(names = "--wait", description = "Waits for the end of the run.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      description = "Longest wait in seconds, 1..86400; implies --wait. Default: none.")
  private @Nullable Integer timeout;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "The same key for the same actor is the same fire, however often it is asked.")
  private @Nullable String key;

  @Option(
      names = "--force",
      description = "Also when the actor or the cluster is paused, or its breaker is open.")
  private boolean force;

  @Mixin private AuthorOption author = new AuthorOption();
  @Mixin private RemoteOptions remote = new RemoteOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    FireRequest request =
        new FireRequest(
            actor.get(spec), parameters(), force, Optional.ofNullable(key), author.get());
    if (timeout != null && (timeout < 1 || timeout > 86_400)) {
      throw new ParameterException(
          spec.commandLine(), "--timeout is " + timeout + ", expected 1..86400 seconds");
    }
    CommandContext context = CommandContext.of(spec);
    remote.check(context);
    try (Signals signals = Signals.install(() -> {});
        Workbench workbench = Workbench.open(context.settings(), false)) {
      FireReceipt receipt = workbench.control().fire(request);
      if (receipt.executionId().isEmpty()) {
        NodesCommand.nobodyFires(workbench)
            .ifPresent(
                why -> context.tell("botticelli: " + why + "; the fire waits until one does"));
      }
      if (!wait && timeout == null) {
        print(context, ReceiptView.of(receipt, Optional.empty(), Optional.empty()));
        return ExitCodes.OK;
      }
      return follow(context, workbench, receipt, signals);
    }
  }

  private int follow(
      CommandContext context, Workbench workbench, FireReceipt fired, Signals signals)
      throws InterruptedException {
    if (!context.options().isJson()) {
      context.tell("fired " + fired.actor() + ", receipt " + fired.id() + "; waiting for its end");
    }
    long start = System.nanoTime();
    long limit = timeout == null ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(timeout);
    Duration pause = FIRST_LOOK;
    FireReceipt receipt = fired;
    while (receipt.state() != FireReceipt.State.FINISHED) {
      long left = limit - (System.nanoTime() - start);
      if (left <= 0 || signals.isStopping()) {
        return leave(
            context,
            workbench.receipts().find(fired.id()).orElse(receipt),
            left <= 0 ? "the time is over" : "interrupted");
      }
      signals.await(Math.min(left, pause.toNanos()), TimeUnit.NANOSECONDS);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
      receipt = workbench.receipts().find(fired.id()).orElse(receipt);
    }
    Optional<Execution> execution = receipt.executionId().flatMap(workbench.history()::find);
    print(
        context,
        ReceiptView.of(
            receipt,
            execution.flatMap(Execution::errorCode),
            execution.map(TriggerCommand::words)));
    return execution.map(run -> ExitCodes.of(run.status())).orElse(ExitCodes.FAILED);
  }

  private static int leave(CommandContext context, FireReceipt receipt, String why) {
    print(
        context,
        ReceiptView.of(
            receipt,
            Optional.empty(),
            Optional.of(
                why
                    + "; the fire goes on under its receipt"
                    + (receipt.state() == FireReceipt.State.QUEUED
                        ? ", it is still waiting to run"
                        : ", it is running"))));
    return ExitCodes.INTERRUPTED;
  }

  private static String words(Execution execution) {
    return execution.status().stored().replace('_', ' ')
        + execution
            .completedAt()
            .map(end -> " after " + Duration.between(execution.startedAt(), end).toMillis() + " ms")
            .orElse("")
        + " on "
        + execution.node()
        + execution.errorMessage().map(message -> ": " + message).orElse("");
  }

  private static void print(CommandContext context, ReceiptView receipt) {
    if (context.options().isJson()) {
      context.output().json(receipt);
      return;
    }
    context
        .output()
        .line(
            String.format(
                Locale.ROOT,
                "%s: %s; receipt %s%s",
                receipt.actor(),
                receipt.message(),
                receipt.receiptId(),
                receipt.executionId().map(id -> ", execution " + id).orElse("")));
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(
            spec.commandLine(), "--param is '" + assignment + "', expected NAME=VALUE");
      }
      parameters.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    return parameters;
  }
}
