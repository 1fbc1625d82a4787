package io.botticelli.web.app;

import io.botticelli.core.node.Node;
import io.botticelli.core.platform.preview.PreviewMessages.Channel;
import io.botticelli.core.platform.preview.PreviewMessages.Message;
import io.botticelli.core.table.ContentTables.Generation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Follows a demo: tells what happens while it happens, and sums up at the end. Used by one thread.
 */
final class DemoWatch {
  private static final String CANDIDATES = "potential_discord_posts";
  private static final String APPROVED = "approved_discord_posts";
  private static final int PAGE = 200;

  private final CommandContext context;
  private final Node node;
  private final int seconds;
  private final long startedAt = System.nanoTime();
  private long lastGeneration;
  private long lastMessage;
  private long generated;
  private long curated;
  private long posted;
  private Optional<Instant> firstMessage = Optional.empty();

  /**
   * @param seconds length, 0 = until told to stop
   */
  DemoWatch(CommandContext context, Node node, int seconds) {
    this.context = context;
    this.node = node;
    this.seconds = seconds;
    this.lastGeneration =
        node.tables().listGenerations(Optional.empty(), 1).stream()
            .mapToLong(Generation::id)
            .findFirst()
            .orElse(0);
    this.lastMessage =
        node.preview().list(Optional.empty(), Optional.empty(), 1).stream()
            .mapToLong(message -> Long.parseLong(message.id()))
            .findFirst()
            .orElse(0);
  }

  boolean isOver() {
    return seconds > 0 && System.nanoTime() - startedAt >= Duration.ofSeconds(seconds).toNanos();
  }

  /** Counts and tells what is new. */
  void look() {
    List<Generation> generations =
        node.tables().listGenerations(Optional.of("success"), PAGE).stream()
            .filter(generation -> generation.id() > lastGeneration)
            .toList();
    count(generations);
    List<Message> messages =
        node.preview().list(Optional.empty(), Optional.empty(), PAGE).stream()
            .filter(message -> Long.parseLong(message.id()) > lastMessage)
            .toList();
    for (int i = messages.size() - 1; i >= 0; i--) {
      count(messages.get(i));
    }
  }

  private void count(List<Generation> generations) {
    lastGeneration = generations.stream().mapToLong(Generation::id).max().orElse(lastGeneration);
    int candidates = rows(generations, CANDIDATES);
    int kept = rows(generations, APPROVED);
    generated += candidates;
    curated += kept;
    if (candidates > 0) {
      String angles =
          generations.stream()
              .filter(generation -> generation.table().equals(CANDIDATES))
              .map(Generation::narrative)
              .distinct()
              .sorted()
              .collect(Collectors.joining(", "));
      tell(
          "generated "
              + candidates
              + (candidates == 1 ? " candidate (" : " candidates (")
              + angles
              + ")");
    }
    if (kept > 0) {
      tell("curated " + kept);
    }
  }

  private static int rows(List<Generation> generations, String table) {
    return generations.stream()
        .filter(generation -> generation.table().equals(table))
        .mapToInt(generation -> generation.rowCount().orElse(0))
        .sum();
  }

  private void count(Message message) {
    lastMessage = Long.parseLong(message.id());
    posted++;
    if (firstMessage.isEmpty()) {
      firstMessage = Optional.of(message.createdAt());
    }
    String text = message.content().lines().findFirst().orElse("");
    tell(
        "posted to #"
            + message.channel()
            + ": "
            + (text.length() > 80 ? text.substring(0, 80) + "…" : text));
  }

  private void tell(String line) {
    if (!context.options().isJson()) {
      context.output().line("  " + line);
    }
  }

  /**
   * Prints the summary and returns the exit code.
   *
   * @param interrupted true when a signal ended the demo: without a length that is how it ends
   */
  int finish(boolean interrupted) {
    boolean asked = interrupted && seconds == 0;
    boolean ok = posted > 0;
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("ok", ok);
    summary.put("seconds", Duration.ofNanos(System.nanoTime() - startedAt).toSeconds());
    summary.put("generated", generated);
    summary.put("curated", curated);
    summary.put("posted", posted);
    Instant processStart =
        Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    firstMessage.ifPresent(
        at -> summary.put("first_message_ms", Duration.between(processStart, at).toMillis()));
    summary.put("messages_in_channel", messagesInAll());
    summary.put("executions", executions());
    if (context.options().isJson()) {
      context.output().json(summary);
    } else {
      context
          .output()
          .line(
              "generated "
                  + generated
                  + ", curated "
                  + curated
                  + ", posted "
                  + posted
                  + " in this demo; "
                  + summary.get("messages_in_channel")
                  + " messages in the channel altogether");
    }
    if (asked) {
      return ExitCodes.OK;
    }
    if (interrupted) {
      context.tell("botticelli: interrupted before " + seconds + " s were over");
      return ExitCodes.INTERRUPTED;
    }
    if (!ok) {
      context.tell(
          "botticelli: nothing was posted; see 'executions list' and the log below "
              + context.home().resolve("logs"));
    }
    return ok ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private long messagesInAll() {
    return node.preview().listChannels().stream().mapToLong(Channel::messages).sum();
  }

  private Map<String, Long> executions() {
    Map<String, Long> counts = new LinkedHashMap<>();
    node.states()
        .list()
        .forEach(
            actor ->
                counts.put(
                    actor.name().value(),
                    actor.runsSucceeded() + actor.runsFailed() + actor.runsSkipped()));
    return counts;
  }
}
