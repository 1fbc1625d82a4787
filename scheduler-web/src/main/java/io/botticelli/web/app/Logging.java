package io.botticelli.web.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets the log up: standard error always, and for a server a rolling file below the home directory.
 * A file that cannot be written (disk full) is reported once on standard error and stops nothing.
 */
final class Logging {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{0} [%replace(%X{actor} #%X{execution}){' #$',''}] %replace(%msg){'[\\r\\n]+',' | '}%n%ex{8}";

  private static final String CONSOLE = "console";

  private Logging() {}

  /** One-shot commands: warnings only, on standard error. */
  static void quiet(boolean verbose) {
    configure(verbose ? Level.DEBUG : Level.WARN);
  }

  /** What narratives warn of is told by the command that runs one; the log would repeat it. */
  static void narrativesTell() {
    ((LoggerContext) LoggerFactory.getILoggerFactory())
        .getLogger("io.botticelli.core.engine")
        .setLevel(Level.ERROR);
  }

  /**
   * A server: state changes in {@code directory/botticelli.log}, 14 days and at most 200 MB.
   *
   * @param console what is also said on standard error
   */
  static void server(boolean verbose, Level console, Path directory) {
    LoggerContext context = configure(verbose ? Level.DEBUG : Level.INFO);
    ThresholdFilter filter = new ThresholdFilter();
    filter.setLevel((verbose ? Level.DEBUG : console).toString());
    filter.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(CONSOLE).addFilter(filter);
    RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
    file.setContext(context);
    file.setFile(directory.resolve("botticelli.log").toString());
    file.setEncoder(encoder(context));
    SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
    policy.setContext(context);
    policy.setParent(file);
    policy.setFileNamePattern(directory.resolve("botticelli.%d{yyyy-MM-dd}.%i.log.gz").toString());
    policy.setMaxFileSize(new FileSize(20 * FileSize.MB_COEFFICIENT));
    policy.setMaxHistory(14);
    policy.setTotalSizeCap(new FileSize(200 * FileSize.MB_COEFFICIENT));
    policy.start();
    file.setRollingPolicy(policy);
    file.start();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(file);
  }

  /** Changes how much of ours is logged. */
  static void level(Level level) {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("io.botticelli").setLevel(level);
  }

  private static LoggerContext configure(Level ours) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName(CONSOLE);
    console.setTarget("System.err");
    console.setEncoder(encoder(context));
    console.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console);
    context.getLogger("io.botticelli").setLevel(ours);
    // Who changed what is said whatever else is not.
    context.getLogger("io.botticelli.audit").setLevel(Level.INFO);
    // The embedded server's start-up chatter and Jetty's banner are no news.
    context.getLogger("io.zonky").setLevel(Level.ERROR);
    context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
    // It says only that it failed to start; we say why.
    context.getLogger("io.javalin").setLevel(Level.OFF);
    context.getLogger("liquibase").setLevel(Level.WARN);
    // Two stack traces for each failed acquisition; the pool's owner reports the failure itself.
    context.getLogger("com.mchange").setLevel(Level.ERROR);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    return context;
  }

  private static PatternLayoutEncoder encoder(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }
}
