package io.botticelli.core.definition.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.definition.Definitions;
import io.botticelli.core.definition.Definitions.Applied;
import io.botticelli.core.definition.StoredDefinition;
import io.botticelli.core.toml.MemorySourceFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcDefinitionsDbTest {
  private static final String ENTRY = "actor_server.toml";
  private static final Environment ENVIRONMENT =
      new Environment(Map.of("SERVER_NAME", "hunter2", "DATABASE_URL", "postgresql://u:p@h/d"));

  private final TestDatabase database = TestDatabase.fresh();
  private final Definitions definitions = new JdbcDefinitions(database.transactions());

  @Test
  void nothingIsCurrentBeforeTheFirstApply() {
    assertThat(definitions.current()).isEmpty();
    assertThat(definitions.currentVersion()).isEmpty();
    assertThat(definitions.find("0".repeat(64))).isEmpty();
  }

  @Test
  void storesAWorkingSetSoThatAnotherNodeBuildsTheSameOne() {
    WorkingSet set = workingSet("one");

    String version = definitions.apply(set, "node-1");

    StoredDefinition stored = definitions.current().orElseThrow();
    assertThat(stored.version()).isEqualTo(version).isEqualTo(set.version());
    assertThat(stored.createdBy()).isEqualTo("node-1");
    assertThat(stored.load(ENVIRONMENT)).isEqualTo(set);
    assertThat(definitions.currentVersion()).contains(version);
  }

  @Test
  void keepsNoValueOfAVariable() {
    definitions.apply(workingSet("one"));

    assertThat(database.value("SELECT sources::text FROM definition_versions"))
        .contains("${SERVER_NAME}")
        .doesNotContain("hunter2")
        .doesNotContain("u:p@h");
  }

  @Test
  void applyingTheSameSetAgainChangesNothing() {
    definitions.apply(workingSet("one"), "node-1");
    String before = database.value("SELECT c::text FROM definition_current c");

    definitions.apply(workingSet("one"), "node-2");

    assertThat(database.value("SELECT c::text FROM definition_current c")).isEqualTo(before);
    assertThat(database.number("SELECT count(*) FROM definition_versions")).isEqualTo(1);
  }

  @Test
  void anOldVersionStaysAndCanBeAppliedAgain() {
    String first = definitions.apply(workingSet("one"));
    String second = definitions.apply(workingSet("two"));
    assertThat(definitions.currentVersion()).contains(second);

    definitions.apply(workingSet("one"));

    assertThat(definitions.currentVersion()).contains(first);
    assertThat(definitions.find(second)).isPresent();
    assertThat(definitions.list(10))
        .hasSize(2)
        .filteredOn(Definitions.Summary::isCurrent)
        .extracting(Definitions.Summary::version)
        .containsExactly(first);
  }

  @Test
  void variablesAreThoseOfTheNodeThatLoads() {
    definitions.apply(workingSet("one"));

    StoredDefinition stored = definitions.current().orElseThrow();

    assertThat(stored.load(new Environment(Map.of("SERVER_NAME", "other"))).server().name())
        .isEqualTo("other");
    assertThatThrownBy(() -> stored.load(new Environment(Map.of())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("environment variable SERVER_NAME is not set");
  }

  @Test
  void nodesThatApplyAtOnceAgreeOnOneVersion() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(8);
    CountDownLatch go = new CountDownLatch(1);
    List<Future<String>> applied = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      WorkingSet set = workingSet(i % 2 == 0 ? "one" : "two");
      applied.add(
          nodes.submit(
              () -> {
                go.await();
                return definitions.apply(set);
              }));
    }

    go.countDown();
    List<String> versions = new ArrayList<>();
    for (Future<String> result : applied) {
      versions.add(result.get());
    }
    nodes.shutdown();

    assertThat(database.number("SELECT count(*) FROM definition_versions")).isEqualTo(2);
    assertThat(versions).contains(definitions.currentVersion().orElseThrow());
  }

  @Test
  void appliesOnlyAgainstTheVersionThatWasSeen() {
    WorkingSet one = workingSet("one");
    WorkingSet two = workingSet("two");
    WorkingSet three = workingSet("three");

    assertThat(definitions.applyIf(one, "ann", Optional.empty()))
        .isEqualTo(new Applied.Changed(one.version()));
    assertThat(definitions.applyIf(two, "ben", Optional.of(one.version())))
        .isEqualTo(new Applied.Changed(two.version()));
    Applied late = definitions.applyIf(three, "ann", Optional.of(one.version()));

    assertThat(late)
        .isInstanceOfSatisfying(
            Applied.Superseded.class,
            superseded ->
                assertThat(superseded.now().orElseThrow())
                    .returns(two.version(), Definitions.InForce::version)
                    .returns("ben", Definitions.InForce::appliedBy));
    assertThat(definitions.currentVersion()).contains(two.version());
    assertThat(definitions.find(three.version())).as("not even stored").isEmpty();
    assertThat(definitions.applyIf(two, "ann", Optional.of(one.version())))
        .as("what both want")
        .isEqualTo(new Applied.Unchanged(two.version()));
  }

  @Test
  void ofManyWhoSawTheSameVersionOneApplies() throws Exception {
    String seen = definitions.apply(workingSet("seen"));
    ExecutorService people = Executors.newFixedThreadPool(8);
    CountDownLatch go = new CountDownLatch(1);
    List<Future<Applied>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      WorkingSet set = workingSet("wish " + i);
      results.add(
          people.submit(
              () -> {
                go.await();
                return definitions.applyIf(set, "", Optional.of(seen));
              }));
    }

    go.countDown();
    int changed = 0;
    for (Future<Applied> result : results) {
      changed += result.get() instanceof Applied.Changed ? 1 : 0;
    }
    people.shutdown();

    assertThat(changed).isEqualTo(1);
    assertThat(database.number("SELECT count(*) FROM definition_versions")).isEqualTo(2);
  }

  @Test
  void countsEachChangeAlsoWhenAnEarlierVersionComesBack() {
    definitions.apply(workingSet("one"));
    long first = definitions.inForce().orElseThrow().sequence();
    definitions.apply(workingSet("one"));
    long same = definitions.inForce().orElseThrow().sequence();
    definitions.apply(workingSet("two"));
    definitions.apply(workingSet("one"));

    assertThat(same).isEqualTo(first);
    assertThat(definitions.inForce().orElseThrow().sequence()).isEqualTo(first + 2);
  }

  @Test
  void deletesOldVersionsThatNothingNames() {
    List<String> versions = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      versions.add(definitions.apply(workingSet("set " + i)));
    }
    database.execute(
        "INSERT INTO actor_server_executions (task_id, actor_name, kind, scheduled_for, status,"
            + " node, definition_version) VALUES ('a', 'a', 'schedule', now(), 'succeeded', 'n', '"
            + versions.get(1)
            + "')");
    definitions.apply(workingSet("set 0"));

    int deleted = definitions.prune(5);

    assertThat(deleted).isEqualTo(6);
    assertThat(definitions.list(100))
        .extracting(Definitions.Summary::version)
        .as("named by an execution, in force, applied last")
        .containsExactlyInAnyOrder(
            versions.get(1),
            versions.get(0),
            versions.get(8),
            versions.get(9),
            versions.get(10),
            versions.get(11));
    assertThat(definitions.prune(5)).isZero();
    assertThatThrownBy(() -> definitions.prune(4)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesALimitOutOfRange() {
    assertThatThrownBy(() -> definitions.list(0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static WorkingSet workingSet(String description) {
    String text =
        """
        [server]
        name = "${SERVER_NAME}"
        description = "%s"
        """
            .formatted(description);
    return new ConfigLoader(new MemorySourceFiles(Map.of(ENTRY, text)), ENVIRONMENT).load(ENTRY);
  }
}
