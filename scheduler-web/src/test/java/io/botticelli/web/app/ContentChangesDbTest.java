package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.botticelli.core.db.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class ContentChangesDbTest {
  private TestDatabase database;
  private CommandRun shipped;

  @BeforeEach
  void storeRows() {
    database = TestDatabase.fresh();
    shipped = CommandRun.in(CommandRun.PROJECT).on(database);
    database.execute(
        "CREATE TABLE content.drafts (id bigserial PRIMARY KEY, title text,"
            + " review_status text DEFAULT 'pending', tags text[], rating integer)",
        "CREATE TABLE content.final (id bigserial PRIMARY KEY, title text, version text)",
        "INSERT INTO content.drafts (title) VALUES ('One'), ('Two')",
        "INSERT INTO content.final (id, title, version) VALUES (10, 'Old', 'v1')",
        "SELECT setval('content.final_id_seq', 10)");
  }

  private CommandRun.Result ok(String... arguments) {
    CommandRun.Result result = shipped.run(arguments);
    assertThat(result.code()).as(result.everything()).isEqualTo(ExitCodes.OK);
    return result;
  }

  @Test
  void tagsReviewsPromotesAndDeletesUnderTheVersionsItShows() {
    String seen = ok("content", "show", "drafts", "1", "--json").json().path("version").asText();

    var tagged =
        ok(
            "content",
            "tag",
            "drafts",
            "1",
            "--tags",
            "a, b",
            "--rating",
            "4",
            "--json",
            "--if-version",
            seen);
    String version = tagged.json().path("version").asText();
    var reviewed = ok("content", "review", "drafts", "1", "approved", "--if-version", version);
    var promoted =
        ok("content", "promote", "drafts", "1", "--target", "final", "--mark", "posted", "--json");
    var deleted = ok("content", "delete", "drafts", "2", "--yes");

    assertThat(seen).isNotEmpty().isNotEqualTo(version);
    assertThat(tagged.json().path("tags").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(reviewed.out()).startsWith("row 1 of drafts is approved; version ");
    assertThat(reviewed.log())
        .contains("audit")
        .contains("content review table=drafts row=1 by=cli");
    assertThat(promoted.json().path("new_id").asLong()).isEqualTo(11);
    assertThat(deleted.out()).isEqualTo("row 2 of drafts is deleted\n");
    assertThat(database.value("SELECT title FROM content.final WHERE id = 11")).isEqualTo("One");
    assertThat(
            database.value(
                "SELECT string_agg(id || review_status || rating || array_to_string(tags, '+'), ' ')"
                    + " FROM content.drafts"))
        .isEqualTo("1posted4a+b");
  }

  @Test
  void aLostRaceIsOneClearLineAndExitCodeOne() {
    String seen = ok("content", "show", "drafts", "1", "--json").json().path("version").asText();
    ok("content", "review", "drafts", "1", "approved");

    var late = shipped.run("content", "review", "drafts", "1", "rejected", "--if-version", seen);

    assertThat(late.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(late.errorLines())
        .singleElement()
        .asString()
        .contains("row 1 of table drafts has version")
        .contains("somebody changed it");
    assertThat(late.log()).as("nothing was done").isEmpty();
    assertThat(database.value("SELECT review_status FROM content.drafts WHERE id = 1"))
        .isEqualTo("approved");
  }

  @Test
  void listsRowsWithVersionsAndKeepsAColumnOfThatName() {
    var list = ok("content", "list", "drafts", "--json").json().path("items");
    var row = ok("content", "show", "final", "10", "--json").json();

    assertThat(list).hasSize(2).allSatisfy(item -> assertThat(item.has("version")).isTrue());
    assertThat(row.path("version").asText()).isEqualTo("v1");
    assertThat(row.path("row_version").asText()).isNotEmpty();
    assertThat(ok("content", "show", "drafts", "1").out()).contains("version: ");
  }

  @Test
  void refusesWhatCannotBeMeant() {
    assertThat(shipped.run("content", "delete", "drafts", "1").code()).isEqualTo(ExitCodes.USAGE);
    assertThat(shipped.run("content", "tag", "drafts", "1").code()).isEqualTo(ExitCodes.USAGE);
    assertThat(shipped.run("content", "tag", "drafts", "1", "--rating", "9").code())
        .isEqualTo(ExitCodes.USAGE);
    assertThat(shipped.run("content", "review", "drafts", "1", "great").errorLines())
        .singleElement()
        .asString()
        .contains("expected pending, approved, rejected, posted");
    assertThat(shipped.run("content", "review", "drafts", "9", "approved").code())
        .isEqualTo(ExitCodes.FAILED);
    var system = shipped.run("content", "delete", "actor_server_state", "1", "--yes");
    assertThat(system.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(system.err()).contains("belongs to the server");
    assertThat(database.number("SELECT count(*) FROM content.drafts")).isEqualTo(2);
  }

  @Test
  void listsSetsAndDeletesState() {
    ok("state", "set", "discord.id", "7");
    ok("state", "set", "discord.id", "8");
    ok("state", "set", "other", "9");

    var listed = ok("state", "list", "discord", "--json").json().path("items");
    var deleted = ok("state", "delete", "discord.id");
    var again = shipped.run("state", "delete", "discord.id");

    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).path("value").asText()).isEqualTo("8");
    assertThat(deleted.out()).isEqualTo("discord.id is deleted\n");
    assertThat(again.code()).isEqualTo(ExitCodes.FAILED);
    assertThat(ok("state", "list").out()).contains("other").doesNotContain("discord.id");
  }
}
