package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.StoreException;
import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.toml.MemorySourceFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigWatchTest {
  private String text = "[server]\nname = \"one\"\n";
  private boolean databaseIsAway;
  private final List<String> applied = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final ConfigWatch watch =
      new ConfigWatch(
          this::load,
          this::apply,
          broken -> refused.add(broken.getMessage()),
          set -> {},
          Duration.ZERO);

  @BeforeEach
  void start() {
    watch.start();
  }

  @AfterEach
  void stop() {
    watch.close();
  }

  @Test
  void filesThatStayAsTheyAreAreNotApplied() {
    looks(3);

    assertThat(applied).isEmpty();
  }

  @Test
  void aChangeIsAppliedOnceItStays() {
    text = "[server]\nname = \"two\"\n";
    watch.look();
    assertThat(applied).as("somebody may still be saving").isEmpty();

    looks(3);

    assertThat(applied).containsExactly("two");
  }

  @Test
  void aChangeThatIsTakenBackIsNone() {
    text = "[server]\nname = \"two\"\n";
    watch.look();
    text = "[server]\nname = \"one\"\n";
    looks(3);

    assertThat(applied).isEmpty();
  }

  @Test
  void aBrokenSetIsToldOfOnceAndTheNextGoodOneIsApplied() {
    text = "[server\n";
    looks(5);
    assertThat(refused).singleElement().asString().contains("server.toml:1");
    assertThat(applied).isEmpty();

    text = "[server]\nname = \"two\"\n";
    looks(3);

    assertThat(applied).containsExactly("two");
    assertThat(refused).hasSize(1);
  }

  @Test
  void aBrokenSetThatIsMendedToWhatItWasChangesNothing() {
    text = "[server\n";
    looks(3);
    text = "[server]\nname = \"one\"\n";
    looks(3);

    assertThat(refused).hasSize(1);
    assertThat(applied).as("it could undo what was applied elsewhere").isEmpty();
  }

  @Test
  void whatCouldNotBeStoredIsAppliedLater() {
    databaseIsAway = true;
    text = "[server]\nname = \"two\"\n";
    looks(3);
    assertThat(applied).isEmpty();

    databaseIsAway = false;
    looks(1);

    assertThat(applied).containsExactly("two");
  }

  private void looks(int count) {
    for (int i = 0; i < count; i++) {
      watch.look();
    }
  }

  private WorkingSet load() {
    return new ConfigLoader(
            new MemorySourceFiles(Map.of("server.toml", text)), new Environment(Map.of()))
        .load("server.toml");
  }

  private String apply() {
    if (databaseIsAway) {
      throw new StoreException("the database is away", null, true, null);
    }
    applied.add(load().server().name());
    return load().version();
  }
}
