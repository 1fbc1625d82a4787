package io.botticelli.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.config.ReadmeTables;
import io.botticelli.core.config.ReadmeTables.Sample;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.engine.NarrativeRunner.Status;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.toml.MemorySourceFiles;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The narrative shown in README does what the text around it says. */
class ReadmeSampleTest {
  private final EngineFixture engine = new EngineFixture();

  @Test
  void sendsWhatTheModelMadeOfTheRowsToTheActorsChannel() {
    engine.tables.row(
        "approved_discord_posts",
        """
        {"id": 1, "title": "A", "text_content": "a", "review_status": "pending"}""");
    engine.model.answer("Three lines.");

    RunResult result = engine.run(sample());

    assertThat(result.status()).as(result.toString()).isEqualTo(Status.COMPLETED);
    assertThat(engine.posts.sent)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.channelId()).isEqualTo("9000");
              assertThat(message.content()).isEqualTo("Three lines.");
            });
    assertThat(engine.tables.stored).isEmpty();
  }

  @Test
  void isSkippedWhenThereIsNothingToSumUp() {
    engine.tables.empty("approved_discord_posts");

    RunResult result = engine.run(sample());

    assertThat(result.status()).isEqualTo(Status.SKIPPED);
    assertThat(result.errorCode()).contains("empty_source");
    assertThat(engine.model.requests()).isEmpty();
  }

  private static Narrative sample() {
    Sample file =
        ReadmeTables.load().samples().stream()
            .filter(sample -> sample.text().contains("[narrative]"))
            .findFirst()
            .orElseThrow();
    return new NarrativeParser(
            new MemorySourceFiles(Map.of(file.path(), file.text())), name -> Optional.empty())
        .parse(file.path())
        .choose(Optional.empty(), Set.of("channel_id"))
        .narrative();
  }
}
