package io.botticelli.web.app;

import io.botticelli.core.alert.AlertStore.Alert;
import io.botticelli.core.alert.AlertStore.Delivery;
import io.botticelli.core.node.Workbench;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alerts}: what people were told, and whether it reached them. */
@Command(
    name = "alerts",
    description = "Shows alerts and the messages about them, tries channels.",
    subcommands = {
      AlertsCommand.ListAlerts.class,
      AlertsCommand.Messages.class,
      AlertsCommand.Test.class
    })
final class AlertsCommand implements Runnable {
  private static final int WIDEST = 70;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, messages or test is missing");
  }

  /** {@code alerts list}. */
  @Command(name = "list", description = "Lists alerts: those that last, then those that are over.")
  static final class ListAlerts implements Callable<Integer> {
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
        List<AlertView> views = workbench.alerts().list(most).stream().map(AlertView::of).toList();
        if (context.options().isJson()) {
          context.output().json(Map.of("items", views));
        } else if (views.isEmpty()) {
          context.output().line("No alerts.");
        } else {
          context
              .output()
              .table(
                  List.of("id", "state", "severity", "rule", "since", "until", "summary"),
                  views.stream()
                      .map(
                          view ->
                              List.of(
                                  view.id(),
                                  view.state(),
                                  view.severity(),
                                  view.rule(),
                                  view.startedAt().toString(),
                                  view.resolvedAt().map(Instant::toString).orElse(""),
                                  view.summary()))
                      .toList(),
                  WIDEST);
        }
      }
      return ExitCodes.OK;
    }
  }

  /** {@code alerts messages}. */
  @Command(name = "messages", description = "Lists messages, newest first.")
  static final class Messages implements Callable<Integer> {
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
        List<MessageView> views =
            workbench.alerts().listDeliveries(most).stream().map(MessageView::of).toList();
        if (context.options().isJson()) {
          context.output().json(Map.of("items", views));
        } else if (views.isEmpty()) {
          context.output().line("No messages.");
        } else {
          context
              .output()
              .table(
                  List.of("id", "channel", "event", "state", "attempts", "summary", "error"),
                  views.stream()
                      .map(
                          view ->
                              List.of(
                                  view.id(),
                                  view.channel(),
                                  view.event(),
                                  view.state(),
                                  Integer.toString(view.attempts()),
                                  view.summary(),
                                  view.error().orElse("")))
                      .toList(),
                  WIDEST);
        }
      }
      return ExitCodes.OK;
    }
  }

  /** {@code alerts test CHANNEL}. */
  @Command(
      name = "test",
      description = "Sends a test message to a channel of the local server file, from here.")
  static final class Test implements Callable<Integer> {
    @Parameters(paramLabel = "CHANNEL", description = "Name of its table [alerts.channels.NAME].")
    private String channel = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      CommandContext context = CommandContext.of(spec);
      try (Workbench workbench = Workbench.open(context.settings(), false)) {
        MessageView view =
            MessageView.of(workbench.testAlert(channel, System.getProperty("user.name", "cli")));
        if (context.options().isJson()) {
          context.output().json(view);
        } else {
          context
              .output()
              .line(
                  "test message to "
                      + channel
                      + ": "
                      + view.state()
                      + view.error().map(error -> ", " + error).orElse(""));
        }
        return view.deliveredAt().isPresent() ? ExitCodes.OK : ExitCodes.FAILED;
      }
    }
  }

  /** One alert. */
  private record AlertView(
      String id,
      String rule,
      String subject,
      String state,
      String severity,
      String summary,
      Map<String, String> details,
      Instant startedAt,
      Optional<Instant> notifiedAt,
      Optional<Instant> resolvedAt) {
    static AlertView of(Alert alert) {
      String lasting = alert.notifiedAt().isPresent() ? "firing" : "pending";
      return new AlertView(
          Long.toString(alert.id()),
          alert.rule(),
          alert.subject(),
          alert.resolvedAt().isPresent() ? "resolved" : lasting,
          alert.severity().name().toLowerCase(Locale.ROOT),
          alert.summary(),
          new LinkedHashMap<>(alert.details()),
          alert.startedAt(),
          alert.notifiedAt(),
          alert.resolvedAt());
    }
  }

  /** One message. */
  private record MessageView(
      String id,
      String key,
      String channel,
      String event,
      String state,
      String summary,
      int attempts,
      Instant createdAt,
      Optional<Instant> deliveredAt,
      Optional<Instant> gaveUpAt,
      Optional<String> error) {
    static MessageView of(Delivery delivery) {
      return new MessageView(
          Long.toString(delivery.id()),
          delivery.key(),
          delivery.channel(),
          delivery.event().name().toLowerCase(Locale.ROOT),
          state(delivery),
          delivery.message().summary(),
          delivery.attempts(),
          delivery.createdAt(),
          delivery.deliveredAt(),
          delivery.gaveUpAt(),
          delivery.error());
    }

    private static String state(Delivery delivery) {
      if (delivery.deliveredAt().isPresent()) {
        return "delivered";
      }
      return delivery.gaveUpAt().isPresent() ? "given up" : "waiting";
    }
  }
}
