package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.config.ReadmeTables.Row;
import io.botticelli.core.config.ReadmeTables.Sample;
import io.botticelli.core.narrative.NarrativeFile;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.toml.MemorySourceFiles;
import io.botticelli.core.toml.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README shows and names is there: samples, variables, properties, files and commands. */
class ReadmeReferencesTest {
  private static final Path ROOT = Path.of(System.getProperty("botticelli.project.root"));
  private static final ReadmeTables README = ReadmeTables.load();

  @Test
  void samplesLoadWithoutWarnings() {
    assertThat(README.samples())
        .as("each block of TOML begins with a comment that names the file")
        .hasSize((int) README.countTomlBlocks());
    // A file may be shown in parts.
    Map<String, String> files =
        README.samples().stream()
            .collect(Collectors.toMap(Sample::path, Sample::text, (one, next) -> one + next));

    WorkingSet set =
        new ConfigLoader(new MemorySourceFiles(files), new Environment(Map.of()))
            .load("actor_server.toml");

    assertThat(set.warnings()).extracting(Problem::render).isEmpty();
    assertThat(set.actors())
        .extracting(actor -> actor.name().value())
        .containsExactly("digest", "monday");
    assertThat(set.actor(new ActorName("digest")).orElseThrow().schedule())
        .isInstanceOf(ActorSchedule.Interval.class);
    assertThat(set.sources()).containsOnlyKeys(files.keySet());
  }

  @Test
  void theSampleNarrativeParsesByItself() {
    Sample sample =
        README.samples().stream()
            .filter(file -> file.text().contains("[narrative]"))
            .findFirst()
            .orElseThrow();

    NarrativeFile.Loaded loaded =
        new NarrativeParser(
                new MemorySourceFiles(Map.of(sample.path(), sample.text())),
                name -> Optional.empty())
            .parse(sample.path())
            .choose(Optional.empty(), Set.of("channel_id"));

    assertThat(loaded.warnings()).extracting(Problem::render).isEmpty();
    assertThat(loaded.narrative().acts()).hasSize(2);
  }

  @Test
  void theEnvironmentVariablesAreThoseTheCodeReads() throws IOException {
    Set<String> documented =
        README.rows("variable").stream()
            .flatMap(row -> row.keys().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    String code = sources();
    Set<String> read =
        Pattern.compile("\\.find\\(\\s*\"([A-Z][A-Z_]+)\"")
            .matcher(code)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    String elsewhere = code + read("botticelli") + read("narratives/actors/posting.toml");

    assertThat(read).isNotEmpty();
    assertThat(documented).containsAll(read);
    assertThat(documented).allSatisfy(name -> assertThat(elsewhere).contains(name));
  }

  @Test
  void theQuartzPropertiesAreThoseOfTheFile() throws IOException {
    Properties written = new Properties();
    written.load(new StringReader(read("quartz.properties")));
    Map<String, Row> rows =
        README.rows("property").stream()
            .collect(Collectors.toMap(row -> row.keys().get(0), row -> row));

    assertThat(written).isNotEmpty();
    assertThat(rows.keySet()).containsAll(written.stringPropertyNames());
    for (String key : written.stringPropertyNames()) {
      assertThat(rows.get(key).standard()).as(key).isEqualTo("`" + written.getProperty(key) + "`");
    }
    assertThat(fixedProperties())
        .allSatisfy(key -> assertThat(README.section("### quartz.properties")).contains(key));
  }

  @Test
  void filesNamedInTheReadmeExist() {
    List<String> named =
        Pattern.compile(
                "(?<![\\w./*-])(?:\\./)?((?:narratives|scheduler-\\w+|db|\\.ci)/[\\w./*-]*"
                    + "|botticelli(?= )|quartz\\.properties|\\.ci/run)")
            .matcher(README.text())
            .results()
            .map(match -> match.group(1))
            .filter(path -> !path.contains("*"))
            .distinct()
            .toList();

    assertThat(named).contains("narratives/context/PROJECT.md", "quartz.properties", "botticelli");
    assertThat(named)
        .allSatisfy(path -> assertThat(Files.exists(ROOT.resolve(path))).as(path).isTrue());
  }

  @Test
  void commandsNamedInTheReadmeAndInTheContextDocumentAreInTheTableOfCommands() {
    Set<String> listed =
        README.rows("command").stream()
            .flatMap(row -> row.keys().stream())
            .map(command -> command.split(" ")[0])
            .collect(Collectors.toSet());
    Set<String> named =
        Pattern.compile("\\./botticelli ([a-z]+)")
            .matcher(README.text() + read("narratives/context/PROJECT.md"))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(named).contains("demo", "serve", "validate");
    assertThat(read("narratives/context/PROJECT.md"))
        .contains("./botticelli actors pause", "./botticelli content review", "./botticelli apply");
    assertThat(listed).containsAll(named);
  }

  /** Returns the keys that the comment at the head of the file lists as fixed. */
  private static List<String> fixedProperties() {
    return Pattern.compile("(?m)^#   (org\\.quartz\\.\\S+)")
        .matcher(read("quartz.properties"))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String module : List.of("scheduler-core", "scheduler-web")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          all.append(Files.readString(file, StandardCharsets.UTF_8));
        }
      }
    }
    return all.toString();
  }

  private static String read(String file) {
    try {
      return Files.readString(ROOT.resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
