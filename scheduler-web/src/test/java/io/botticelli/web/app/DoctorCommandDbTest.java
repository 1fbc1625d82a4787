package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.app.CommandRun.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class DoctorCommandDbTest {
  private final TestDatabase database = TestDatabase.fresh();
  private final CommandRun botticelli =
      CommandRun.in(CommandRun.PROJECT).on(database).with("DISCORD_TOKEN", "");

  @Test
  void findsNothingInAHealthyDatabase() {
    Result result = botticelli.run("doctor");

    assertThat(result.code()).as(result.everything()).isZero();
    assertThat(result.out().lines())
        .anyMatch(line -> line.startsWith("ok    database     PostgreSQL"))
        .anyMatch(line -> line.startsWith("ok    clock"))
        .anyMatch(line -> line.startsWith("warn  nodes        none is up"))
        .contains("ok    schedule     nothing found");
  }

  @Test
  void tellsWhatIsBrokenAndRepairsItWhenAsked() {
    database.execute(
        "INSERT INTO qrtz_job_details VALUES ('botticelli', 'a', 'actors', NULL,"
            + " 'com.example.Gone', true, true, false, true, NULL)");

    Result seen = botticelli.run("--json", "doctor");
    Result repaired = botticelli.run("--json", "doctor", "--repair");

    assertThat(seen.code()).as(seen.everything()).isEqualTo(1);
    assertThat(seen.json().at("/findings/0/kind").asText()).isEqualTo("job_class_unknown");
    assertThat(seen.json().at("/findings/0/subject").asText()).isEqualTo("actors/a");
    assertThat(seen.json().at("/findings/0/repaired").asBoolean()).isFalse();
    assertThat(repaired.code()).as(repaired.everything()).isZero();
    assertThat(repaired.json().at("/ok").asBoolean()).isTrue();
    assertThat(repaired.json().at("/findings/0/repaired").asBoolean()).isTrue();
  }

  @Test
  void whatItCannotRepairMakesItFail() {
    database.execute(
        "INSERT INTO outbound_posts (idempotency_key, part, parts, execution_id, epoch, actor,"
            + " platform, channel_id, content, nonce, status) VALUES"
            + " ('k', 1, 1, 1, 1, 'posting', 'noop', 'c', 'secret text', 'n', 'unknown')");

    Result result = botticelli.run("doctor", "--repair");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("warn  post_unknown 1:").doesNotContain("secret text");
  }
}
