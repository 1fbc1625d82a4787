package io.botticelli.core.scheduling;

import io.botticelli.core.scheduling.jdbc.ZonedCronDelegate;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code quartz.properties} and refuses what would corrupt data: two nodes that do not agree
 * on these keys fire twice, lose fires, or store what the other cannot read.
 */
public final class QuartzProperties {
  /** Name of the file in the working directory and of the default inside the jar. */
  public static final String FILE = "quartz.properties";

  private static final String SCHEDULER = "org.quartz.scheduler.";
  private static final String POOL = "org.quartz.threadPool.";
  private static final String STORE = "org.quartz.jobStore.";

  static final String INSTANCE_NAME = SCHEDULER + "instanceName";
  static final String THREADS = POOL + "threadCount";

  /** Name of the thread that acquires triggers. */
  static final String SCHEDULER_THREAD = "quartz-scheduler";

  static final String IDLE_WAIT = SCHEDULER + "idleWaitTime";
  static final String FIRE_AHEAD = SCHEDULER + "batchTriggerAcquisitionFireAheadTimeWindow";
  static final String CHECK_IN = STORE + "clusterCheckinInterval";

  /** Keys that may be written, with what is allowed. */
  private static final Map<String, Rule> RULES = rules();

  private QuartzProperties() {}

  /**
   * Reads the file of the working directory, or the default shipped with the program.
   *
   * @return keys and values as written; not checked yet
   * @throws SchedulingException if the file cannot be read
   */
  public static Map<String, String> load(Path workingDirectory) {
    Path file = workingDirectory.resolve(FILE);
    try {
      return Files.isRegularFile(file)
          ? parse(Files.readString(file, StandardCharsets.UTF_8))
          : parse(shipped());
    } catch (IOException | IllegalArgumentException failure) {
      throw new SchedulingException(
          "quartz_settings_refused",
          file + " cannot be read: " + failure.getMessage() + "; mend or delete it",
          false,
          failure);
    }
  }

  /**
   * Makes sure that a node would accept the settings of the working directory.
   *
   * @throws SchedulingException code {@code quartz_settings_refused} naming every bad key
   */
  public static void check(Path workingDirectory) {
    refuse(load(workingDirectory));
  }

  /**
   * Returns the complete settings: the operator's, checked, over ours.
   *
   * @throws SchedulingException code {@code quartz_settings_refused} naming every bad key
   */
  static Properties effective(SchedulerSettings settings, String dataSource) {
    Map<String, String> values = new TreeMap<>();
    RULES.forEach((key, rule) -> values.put(key, rule.standard()));
    values.put(THREADS, Integer.toString(settings.threads()));
    values.put(SCHEDULER + "batchTriggerAcquisitionMaxCount", Integer.toString(settings.threads()));
    refuse(settings.properties());
    settings.properties().forEach((key, value) -> values.put(key, value.strip()));
    values.put(SCHEDULER + "instanceId", settings.instanceId());
    values.put(STORE + "dataSource", dataSource);
    // PostgreSQLDelegate and the clock changes: what the file may say is the base of it.
    values.put(STORE + "driverDelegateClass", ZonedCronDelegate.class.getName());
    values.put(SCHEDULER + "makeSchedulerThreadDaemon", "true");
    values.put(SCHEDULER + "threadName", SCHEDULER_THREAD);
    values.put(POOL + "makeThreadsDaemons", "true");
    values.put(POOL + "threadNamePrefix", "actor");
    values.put(STORE + "makeThreadsDaemons", "true");
    Properties properties = new Properties();
    values.forEach(properties::setProperty);
    return properties;
  }

  private static void refuse(Map<String, String> written) {
    List<String> problems = new ArrayList<>();
    new TreeMap<>(written)
        .forEach((key, value) -> problem(key, value.strip()).ifPresent(problems::add));
    if (!problems.isEmpty()) {
      throw new SchedulingException(
          "quartz_settings_refused",
          FILE + ": " + String.join("; ", problems) + "; correct or delete it");
    }
  }

  private static Optional<String> problem(String key, String value) {
    @Nullable Rule rule = RULES.get(key);
    if (rule != null) {
      return rule.problem(key, value);
    }
    if (key.startsWith("org.quartz.dataSource.") || key.equals(STORE + "dataSource")) {
      return Optional.of(
          key + " cannot be set here: Quartz uses the pool of [database] in the server file");
    }
    if (key.startsWith("org.quartz.plugin.")
        || key.startsWith(SCHEDULER + "rmi.")
        || key.startsWith(SCHEDULER + "jobFactory.")
        || key.startsWith("org.quartz.jobListener.")
        || key.startsWith("org.quartz.triggerListener.")) {
      return Optional.of(
          key + " is refused: it would load code that can stop jobs or run classes of its own");
    }
    return Optional.of(
        key
            + " is not a setting this server knows; allowed are "
            + String.join(", ", RULES.keySet()));
  }

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    rules.put(INSTANCE_NAME, new Rule.Text("botticelli"));
    rules.put(
        SCHEDULER + "instanceId",
        new Rule.Fixed("AUTO", "two nodes with one id recover each other's running fires"));
    rules.put(SCHEDULER + "jmx.export", new Rule.Text("false"));
    rules.put(IDLE_WAIT, new Rule.Range(1_000, 300_000, 2_000));
    rules.put(SCHEDULER + "dbFailureRetryInterval", new Rule.Range(500, 300_000, 5_000));
    rules.put(SCHEDULER + "batchTriggerAcquisitionMaxCount", new Rule.Range(1, 1_000, 1));
    rules.put(FIRE_AHEAD, new Rule.Range(0, 60_000, 0));
    rules.put(
        POOL + "class",
        new Rule.Fixed("org.quartz.simpl.SimpleThreadPool", "stopping a node relies on it"));
    rules.put(THREADS, new Rule.Range(1, 256, 4));
    rules.put(POOL + "threadPriority", new Rule.Range(1, 10, 5));
    rules.put(
        STORE + "class",
        new Rule.Fixed(
            "org.quartz.impl.jdbcjobstore.JobStoreTX", "the schedule lives in PostgreSQL"));
    rules.put(
        STORE + "driverDelegateClass",
        new Rule.Fixed(
            "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate",
            "other delegates cannot read job data from PostgreSQL"));
    rules.put(
        STORE + "isClustered",
        new Rule.Fixed("true", "a node outside the cluster fires what others fire, too"));
    rules.put(
        STORE + "useProperties",
        new Rule.Fixed("true", "job data must never be Java objects from a database column"));
    rules.put(
        STORE + "acquireTriggersWithinLock",
        new Rule.Fixed("true", "without it two nodes can fire one trigger twice"));
    rules.put(STORE + "tablePrefix", new Rule.Fixed("QRTZ_", "migrations create these tables"));
    rules.put(CHECK_IN, new Rule.Range(1_000, 60_000, 7_500));
    rules.put(STORE + "misfireThreshold", new Rule.Range(1_000, 3_600_000, 60_000));
    rules.put(STORE + "maxMisfiresToHandleAtATime", new Rule.Range(1, 1_000, 20));
    rules.put(STORE + "dbRetryInterval", new Rule.Range(500, 300_000, 5_000));
    return rules;
  }

  private static Map<String, String> parse(String text) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = new StringReader(text)) {
      properties.load(reader);
    }
    Map<String, String> values = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }

  private static String shipped() throws IOException {
    try (@Nullable InputStream stream = QuartzProperties.class.getResourceAsStream(FILE)) {
      return stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What a key may hold. */
  private sealed interface Rule {
    String standard();

    Optional<String> problem(String key, String value);

    /** One value only. */
    record Fixed(String standard, String why) implements Rule {
      @Override
      public Optional<String> problem(String key, String value) {
        return value.equalsIgnoreCase(standard)
            ? Optional.empty()
            : Optional.of(key + " is \"" + value + "\" but must be " + standard + ": " + why);
      }
    }

    /** A whole number. */
    record Range(long least, long most, long normal) implements Rule {
      @Override
      public String standard() {
        return Long.toString(normal);
      }

      @Override
      public Optional<String> problem(String key, String value) {
        try {
          long number = Long.parseLong(value);
          if (number >= least && number <= most) {
            return Optional.empty();
          }
        } catch (NumberFormatException notANumber) {
          // Reported below like a number out of range.
        }
        return Optional.of(
            key + " is \"" + value + "\", expected a whole number " + least + ".." + most);
      }
    }

    /** A word, or a boolean when the standard is one. */
    record Text(String standard) implements Rule {
      @Override
      public Optional<String> problem(String key, String value) {
        boolean wantsBoolean = standard.equals("false");
        String lower = value.toLowerCase(Locale.ROOT);
        if (wantsBoolean && !lower.equals("true") && !lower.equals("false")) {
          return Optional.of(key + " is \"" + value + "\", expected true or false");
        }
        return value.isEmpty() || value.length() > 100
            ? Optional.of(key + " must have 1..100 characters")
            : Optional.empty();
      }
    }
  }
}
