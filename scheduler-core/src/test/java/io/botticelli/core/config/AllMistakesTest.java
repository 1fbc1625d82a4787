package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botticelli.core.toml.Problem;
import org.junit.jupiter.api.Test;

class AllMistakesTest {
  @Test
  void aWrongScheduleHidesNoOtherMistakeAndAllStandInTheOrderOfTheFile() {
    WorkingSetFiles files =
        new WorkingSetFiles()
            .withNarrative("poster.toml")
            .with(
                "a.toml",
                """
                [skills.narrative_execution]
                narrative_path = "poster.toml"
                [actor]
                name = "a"
                [actor.execution]
                max_retries = -1
                [actor.schedule]
                type = "cron"
                expression = "0 99 * * *"
                misfire = "skip"
                misfire_grace_seconds = -5
                """);

    ConfigException wrong = catchThrowableOfType(ConfigException.class, () -> files.load("a.toml"));

    assertThat(wrong.problems())
        .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
        .extracting(Problem::line)
        .containsExactly(6, 9, 11);
  }
}
