package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.alert.AlertDispatcher;
import io.botticelli.core.alert.AlertMonitor;
import io.botticelli.core.alert.AlertRules;
import io.botticelli.core.alert.AlertStore;
import io.botticelli.core.alert.http.DiscordAlertSender;
import io.botticelli.core.alert.http.JsonPost;
import io.botticelli.core.alert.http.PagerDutyAlertSender;
import io.botticelli.core.alert.http.WebhookAlertSender;
import io.botticelli.core.alert.jdbc.JdbcAlertFacts;
import io.botticelli.core.alert.mail.MailAlertSender;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.scheduling.OverdueActors;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the alert rules and sends messages for as long as a node is up, on a thread of its own:
 * receivers may be slow. Thread-safe.
 */
final class AlertWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertWatch.class);

  private static final Duration JUDGE_PERIOD = Duration.ofSeconds(15);
  private static final Duration SEND_PERIOD = Duration.ofSeconds(5);

  private static final URI DISCORD = URI.create("https://discord.com");

  private final AlertMonitor monitor;
  private final AlertDispatcher dispatcher;
  private final ScheduledExecutorService thread;

  AlertWatch(
      String node,
      Components components,
      JdbcAlertFacts facts,
      OverdueActors late,
      AgreedDefinitions agreed,
      NodeSettings settings,
      ServerConfig server) {
    Supplier<AlertSettings> inForce =
        () ->
            agreed
                .workingSet()
                .map(WorkingSet::server)
                .map(ServerConfig::alerts)
                .orElse(AlertSettings.NONE);
    this.monitor =
        new AlertMonitor(
            new AlertRules(components.states, components.tables, facts, late),
            components.alerts,
            inForce);
    this.dispatcher =
        dispatcher(
            node, components.alerts, inForce, settings.environment(), server, settings.clock());
    this.thread = DaemonTimer.named("alerts");
  }

  /**
   * Builds what sends messages.
   *
   * @throws NodeException if {@code DISCORD_API_BASE_URL} is no address
   */
  static AlertDispatcher dispatcher(
      String node,
      AlertStore store,
      Supplier<AlertSettings> settings,
      Environment environment,
      ServerConfig server,
      Clock clock) {
    JsonPost post = new JsonPost();
    String source = server.name().isBlank() ? "botticelli" : server.name();
    return new AlertDispatcher(
        node,
        store,
        List.of(
            new WebhookAlertSender(post),
            new DiscordAlertSender(post, discord(environment), server.discordToken()),
            new PagerDutyAlertSender(post, source),
            new MailAlertSender(source, clock)),
        settings,
        clock);
  }

  private static URI discord(Environment environment) {
    try {
      return environment.find("DISCORD_API_BASE_URL").map(URI::create).orElse(DISCORD);
    } catch (IllegalArgumentException wrong) {
      throw new NodeException(
          "setting_invalid",
          "DISCORD_API_BASE_URL is no address, expected for example http://127.0.0.1:9999");
    }
  }

  void start() {
    every(JUDGE_PERIOD, "judging alert rules", monitor::check);
    every(SEND_PERIOD, "sending alerts", dispatcher::dispatch);
  }

  /** Judges and sends once, on the calling thread. */
  void look() {
    monitor.check();
    dispatcher.dispatch();
  }

  private void every(Duration period, String what, Runnable work) {
    thread.scheduleWithFixedDelay(
        () -> {
          try {
            work.run();
          } catch (ActorServerException failure) {
            LOG.warn("{} is tried again: {}", what, failure.getMessage());
          } catch (RuntimeException failure) {
            // Work that throws would end its schedule.
            LOG.error("{} failed, it is tried again", what, failure);
          }
        },
        period.toMillis(),
        period.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
