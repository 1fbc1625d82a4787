package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.toml.DiskSourceFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The working set that ships with the project can be cut apart and moved between nodes. */
class ShippedWorkingSetTest {
  private static final String ENTRY = "narratives/actor_server.toml";
  private static final Path ROOT = Path.of(System.getProperty("botticelli.project.root"));
  private static final Environment NOTHING_SET = new Environment(Map.of());

  private final WorkingSet set =
      new ConfigLoader(new DiskSourceFiles(ROOT, Optional.empty(), ROOT), NOTHING_SET).load(ENTRY);

  @Test
  void eachActorFileIsAWorkingSetOfItsOwn() {
    for (String actor : new String[] {"generation", "curation", "posting"}) {
      WorkingSet alone =
          new ConfigLoader(new DiskSourceFiles(ROOT, Optional.empty(), ROOT), NOTHING_SET)
              .load("narratives/actors/" + actor + ".toml");

      assertThat(alone.actors())
          .containsExactly(
              set.actors().stream()
                  .filter(definition -> definition.name().value().equals(actor))
                  .findFirst()
                  .orElseThrow());
    }
  }

  @Test
  void storedSourcesAloneGiveTheSameSet() {
    assertThat(ConfigLoader.ofStored(set.sources(), NOTHING_SET).load(ENTRY)).isEqualTo(set);
  }
}
