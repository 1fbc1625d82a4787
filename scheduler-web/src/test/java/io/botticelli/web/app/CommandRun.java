package io.botticelli.web.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.botticelli.core.config.Environment;
import io.botticelli.core.db.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs command lines in this JVM as a terminal would, and keeps what they said.
 *
 * @param workingDirectory relative paths start here
 * @param variables the environment of the commands
 */
record CommandRun(Path workingDirectory, Map<String, String> variables) {
  /** The directory of the project, where the shipped working set lies. */
  static final Path PROJECT = Path.of(System.getProperty("botticelli.project.root", ".."));

  static CommandRun in(Path workingDirectory) {
    return new CommandRun(workingDirectory.toAbsolutePath().normalize(), Map.of());
  }

  CommandRun with(String name, String value) {
    Map<String, String> more = new java.util.HashMap<>(variables);
    more.put(name, value);
    return new CommandRun(workingDirectory, more);
  }

  CommandRun on(TestDatabase database) {
    return with("DATABASE_URL", database.jdbcUrl());
  }

  /** Runs one command line; the log goes to standard error, like everything for people. */
  Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      int code =
          Main.execute(
              () -> new Surroundings(workingDirectory, new Environment(variables)),
              new PrintWriter(out),
              new PrintWriter(err),
              arguments);
      return new Result(code, out.toString(), err.toString(), log.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
      Logging.quiet(false);
    }
  }

  /**
   * What a command line left behind.
   *
   * @param log what was logged on standard error
   */
  record Result(int code, String out, String err, String log) {
    /** Returns standard output as the one JSON document it has to be. */
    JsonNode json() {
      try {
        return JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readTree(out);
      } catch (JsonProcessingException broken) {
        throw new AssertionError("not one JSON document: " + out, broken);
      }
    }

    List<String> keys(JsonNode node) {
      List<String> names = new ArrayList<>();
      node.fieldNames().forEachRemaining(names::add);
      return names;
    }

    List<String> errorLines() {
      return err.lines().toList();
    }

    /** Everything a person would have to look at when the command fails. */
    String everything() {
      return "exit code " + code + "\nout: " + out + "\nerr: " + err + "\nlog: " + log;
    }
  }
}
