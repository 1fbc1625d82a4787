package io.botticelli.core.table.jdbc;

import static io.botticelli.core.table.jdbc.TableFixture.json;
import static io.botticelli.core.table.jdbc.TableFixture.query;
import static io.botticelli.core.table.jdbc.TableFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.StaleExecutionException;
import io.botticelli.core.StoreException;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.core.history.Fence;
import io.botticelli.core.table.ContentTables.Column;
import io.botticelli.core.table.ContentTables.Generation;
import io.botticelli.core.table.ContentTables.ReadMode;
import io.botticelli.core.table.ContentTables.Rows;
import io.botticelli.core.table.ContentTables.StoreRequest;
import io.botticelli.core.table.ContentTables.TableQuery;
import io.botticelli.core.table.ContentTables.TableUpdate;
import io.botticelli.core.table.TableException;
import io.botticelli.core.table.TableSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("db")
class JdbcContentTablesDbTest {
  private final TableFixture fixture = new TableFixture();
  private final TestDatabase database = fixture.database;

  @Test
  void storesRowsInANewTableWithMetadataAndTracking() {
    int stored =
        fixture.store(
            "potential_posts",
            "{`Title`:`Hello`,`viewCount`:3,`score`:1.5,`active`:true,`parts`:[1,{`a`:2}]}",
            "{`Title`:null,`viewCount`:9223372036854775808,`extra`:{`deep`:[]}}");

    assertThat(stored).isEqualTo(2);
    Rows rows = fixture.read(query("potential_posts", null, null, "id"));
    assertThat(rows.columns())
        .containsExactly(
            "id",
            "title",
            "view_count",
            "score",
            "active",
            "parts",
            "extra",
            "generated_at",
            "source_narrative",
            "source_act",
            "generation_model",
            "review_status",
            "tags",
            "rating",
            "posted_at",
            "run_id");
    assertThat(rows.keys()).containsExactly(1L, 2L);
    JsonNode first = rows.rows().get(0);
    assertThat(first.get("title").asText()).isEqualTo("Hello");
    assertThat(first.get("view_count").asText()).isEqualTo("3");
    assertThat(first.get("parts")).isEqualTo(json("[1,{`a`:2}]"));
    assertThat(first.get("review_status").asText()).isEqualTo("pending");
    assertThat(first.get("source_narrative").asText()).isEqualTo("weekly");
    assertThat(first.get("generation_model").asText()).isEqualTo("model-x");
    assertThat(first.get("run_id").asText()).isEqualTo("run-1");
    assertThat(first.get("generated_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
    assertThat(rows.rows().get(1).get("view_count").asText()).isEqualTo("9223372036854775808");
    Generation generation = fixture.tables.listGenerations(Optional.empty(), 10).get(0);
    assertThat(generation.status()).isEqualTo("success");
    assertThat(generation.rowCount()).contains(2);
    assertThat(generation.file()).isEqualTo("narratives/weekly.toml");
    assertThat(database.value("SELECT template_source FROM content_generation_tables"))
        .isEqualTo("inferred");
  }

  @Test
  void storesNothingWhenOneRowIsRefused() {
    fixture.store("strict", "{`title`:`a`}");
    database.execute("ALTER TABLE content.strict ADD CONSTRAINT short CHECK (length(title) < 5)");

    assertThatThrownBy(() -> fixture.store("strict", "{`title`:`b`}", "{`title`:`too long`}"))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("short")
        .hasMessageNotContaining("too long");

    assertThat(database.number("SELECT count(*) FROM content.strict")).isEqualTo(1);
    assertThat(database.number("SELECT count(*) FROM content_generations")).isEqualTo(1);
  }

  @Test
  void storesNothingForAStaleFence() {
    Fence fence = fixture.fence();

    assertThatThrownBy(
            () ->
                fixture.tables.store(
                    new Fence(fence.executionId(), 7), request("stale", null, "{`a`:1}")))
        .isInstanceOf(StaleExecutionException.class);

    assertThat(fixture.read(query("stale")).tableExists()).isFalse();
  }

  @Test
  void survivesHostileKeysAndValues() {
    fixture.store(
        "hostile",
        "{`a\\`; DROP TABLE content.canary; --`:`x`,`標題`:`y`,`` :`z`,`"
            + "k".repeat(200)
            + "`:1,`nul`:`a\\u0000b`,`lone`:`\\ud800`,`deep`:{`n\\u0000`:`\\u0000`},`select`:1,"
            + "`generated_at`:`never`,`_x`:1,`1st`:2}");

    JsonNode row = fixture.read(query("hostile")).rows().get(0);
    assertThat(row.get("a_drop_table_content_canary").asText()).isEqualTo("x");
    assertThat(row.get("nul").asText()).isEqualTo("a\uFFFDb");
    assertThat(row.get("lone").asText()).isEqualTo("\uFFFD");
    assertThat(row.get("c_1st").asInt()).isEqualTo(2);
    assertThat(row.get("generated_at").asText()).endsWith("Z");
    row.fieldNames().forEachRemaining(name -> assertThat(name).matches("[a-z_][a-z0-9_]{0,62}"));
  }

  @Test
  void refusesAResponseWithThousandsOfFields() {
    StringBuilder object = new StringBuilder("{`f`:1");
    IntStream.range(0, 10_000).forEach(i -> object.append(",`f").append(i).append("`:1"));

    assertThatThrownBy(() -> fixture.store("wide", object.append('}').toString()))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("200");

    assertThat(fixture.read(query("wide")).tableExists()).isFalse();
  }

  @Test
  void createsOneTableWhenManyNodesStoreAtOnce() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(8);
    List<Callable<Integer>> stores =
        IntStream.range(0, 16)
            .<Callable<Integer>>mapToObj(i -> () -> fixture.store("raced", "{`title`:`x`}"))
            .toList();

    List<Future<Integer>> results = nodes.invokeAll(stores);
    nodes.shutdown();

    for (Future<Integer> result : results) {
      assertThat(result.get()).isEqualTo(1);
    }
    assertThat(database.number("SELECT count(*) FROM content.raced")).isEqualTo(16);
  }

  @Test
  void completesAnExistingTableAndIgnoresUnknownFields() {
    database.execute(
        "CREATE TABLE content.old (title varchar(5) NOT NULL, n smallint NOT NULL DEFAULT 7)");
    database.execute("INSERT INTO content.old VALUES ('one')");

    fixture.store("old", "{`Title`:`longer than five`,`unknown`:1,`n`:`not a number`}");

    Rows rows = fixture.read(query("old", "title = 'longe'", null, null));
    assertThat(rows.rows()).hasSize(1);
    assertThat(rows.rows().get(0).get("n").asInt()).isEqualTo(7);
    assertThat(rows.columns()).doesNotContain("unknown").contains("id", "posted_at", "run_id");
  }

  @Test
  void addsColumnsOnlyWhenSettingsSaySo() {
    TableSettings evolving =
        new TableSettings(
            100, 1000, Set.of(), Set.of(), true, Duration.ofSeconds(30), Duration.ofHours(1));
    fixture.store("evolving", "{`a`:1}");

    fixture.withSettings(evolving).store(fixture.fence(), request("evolving", null, "{`b c`:2}"));

    assertThat(fixture.read(query("evolving", "b_c = 2", null, null)).rows()).hasSize(1);
  }

  @Test
  void neverTakesAnIdFromAResponseForATableThatNumbersItsRows() {
    fixture.store("numbered", "{`title`:`a`}");

    fixture.store("numbered", "{`id`:1,`title`:`b`}", "{`id`:1,`title`:`c`}");

    assertThat(fixture.read(query("numbered", null, null, "id")).keys())
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void createsATableFromATemplate() {
    database.execute(
        "CREATE TYPE public.channel_kind AS ENUM ('a', 'b')",
        "CREATE TABLE public.discord_channels (id bigint PRIMARY KEY, guild_id bigint NOT NULL,"
            + " name varchar(100), kind public.channel_kind NOT NULL, kinds public.channel_kind[],"
            + " nsfw boolean DEFAULT false, features text[], seq bigserial, mood public.channel_kind NOT NULL DEFAULT 'b',"
            + " created_at timestamptz NOT NULL DEFAULT now())");

    fixture.tables.store(
        fixture.fence(),
        request(
            "made",
            "discord_channels",
            "{`id`:123456789012345678,`name`:`general`,`kind`:`a`,`features`:[`X`,`Y\\`,{}`],"
                + "`seq`:null}"));

    Rows rows = fixture.read(query("made"));
    assertThat(rows.rows().get(0).get("id").asLong()).isEqualTo(123456789012345678L);
    assertThat(rows.rows().get(0).get("features")).isEqualTo(json("[`X`,`Y\\`,{}`]"));
    assertThat(rows.rows().get(0).get("nsfw").asBoolean(true)).isFalse();
    List<Column> columns = fixture.tables.describe("made");
    assertThat(columns)
        .contains(
            new Column("guild_id", "bigint", true, false, Optional.empty()),
            new Column("name", "character varying", true, false, Optional.of(100)),
            new Column("kind", "text", false, false, Optional.empty()),
            new Column("kinds", "text[]", true, false, Optional.empty()));
    assertThat(fixture.tables.describe("discord_channels")).hasSize(10);
  }

  @Test
  void refusesSystemTablesEverywhere() {
    for (String name :
        List.of("qrtz_triggers", "ACTOR_SERVER_STATE", "pg_user", "row_claims", "llm_usage")) {
      assertThatThrownBy(() -> fixture.read(query(name))).hasMessageContaining("allow_system");
      assertThatThrownBy(() -> fixture.store(name, "{`a`:1}")).hasMessageContaining("allow_system");
      assertThatThrownBy(() -> fixture.tables.describe(name)).isInstanceOf(TableException.class);
      assertThatThrownBy(
              () ->
                  fixture.tables.update(
                      fixture.fence(), update(name, "1=1", 1, name), Optional.empty()))
          .hasMessageContaining("allow_system");
    }
    for (String name : List.of("a b", "x\"y", "content.content", "", "é", "a;b", "a".repeat(64))) {
      assertThatThrownBy(() -> fixture.read(query(name)))
          .extracting(failure -> ((TableException) failure).code())
          .isEqualTo("identifier_invalid");
    }
  }

  @Test
  void readsAnAllowedSystemTable() {
    TableSettings open =
        new TableSettings(
            100,
            1000,
            Set.of("narrative_executions"),
            Set.of(),
            false,
            Duration.ofSeconds(30),
            Duration.ofHours(1));

    assertThat(fixture.withSettings(open).count(query("narrative_executions"))).isZero();
  }

  @Test
  void readsTypesExactly() {
    database.execute(
        "CREATE TABLE content.types (id bigint PRIMARY KEY, n numeric, d double precision,"
            + " t timestamptz, l timestamp, day date, j jsonb, a int[], b boolean, u uuid, inf"
            + " timestamptz, nan double precision, tt time)",
        "INSERT INTO content.types VALUES (1, 12345678901234567890.1200, 0.5,"
            + " '2026-01-02 03:04:05.678+05:45', '2026-01-02 03:04:05', '2026-01-02',"
            + " '{\"a\": [1.10, null]}', '{1,NULL}', true,"
            + " '6f2c1c1e-0000-4000-8000-000000000000', 'infinity', 'NaN', '10:11')");

    JsonNode row = fixture.read(query("types")).rows().get(0);

    assertThat(row.toString())
        .isEqualTo(
            "{\"id\":1,\"n\":12345678901234567890.1200,\"d\":0.5,"
                + "\"t\":\"2026-01-01T21:19:05.678Z\",\"l\":\"2026-01-02T03:04:05Z\","
                + "\"day\":\"2026-01-02\",\"j\":{\"a\":[1.10,null]},\"a\":[1,null],\"b\":true,"
                + "\"u\":\"6f2c1c1e-0000-4000-8000-000000000000\",\"inf\":\"infinity\","
                + "\"nan\":\"NaN\",\"tt\":\"10:11:00\"}");
  }

  @Test
  void ordersLimitsAndSamples() {
    fixture.store("many", objects(30));

    Rows newest = fixture.read(query("many", null, 2, null));
    Rows page =
        fixture.read(
            new TableQuery(
                "many",
                List.of("n", "Title"),
                Optional.of("n > 3"),
                Optional.of(2),
                Optional.of(1),
                Optional.of("n asc nulls last"),
                Optional.empty()));
    Rows sample =
        fixture.read(
            new TableQuery(
                "many",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(5)));

    assertThat(newest.keys()).containsExactly(30L, 29L);
    assertThat(page.columns()).containsExactly("n", "title");
    assertThat(page.rows())
        .extracting(JsonNode::toString)
        .containsExactly("{\"n\":5,\"title\":\"t5\"}", "{\"n\":6,\"title\":\"t6\"}");
    assertThat(sample.rows()).hasSize(5);
    assertThat(fixture.tables.count(query("many", "n <= 10", 1, null))).isEqualTo(10);
    assertThatThrownBy(() -> fixture.read(query("many", null, null, "n; drop table x")))
        .isInstanceOf(TableException.class);
    assertThatThrownBy(() -> fixture.read(query("many", null, null, "random()")))
        .isInstanceOf(TableException.class);
    assertThatThrownBy(() -> fixture.read(query("many", null, -1, null)))
        .isInstanceOf(TableException.class);
  }

  @Test
  void cutsALimitToTheConfiguredMaximum() {
    TableSettings small =
        new TableSettings(
            2, 3, Set.of(), Set.of(), false, Duration.ofSeconds(30), Duration.ofHours(1));
    fixture.store("cut", objects(10));

    JdbcContentTables tables = fixture.withSettings(small);

    Fence fence = fixture.fence();
    assertThat(tables.read(fence, "s", query("cut"), ReadMode.SHARED).rows()).hasSize(2);
    assertThat(tables.read(fence, "s", query("cut", null, 9, null), ReadMode.SHARED).rows())
        .hasSize(3);
  }

  @Test
  void tellsAMissingTableFromAMissingColumn() {
    fixture.store("present", "{`a`:1}");

    assertThat(fixture.read(query("absent", "a = 1", null, null)).tableExists()).isFalse();
    assertThatThrownBy(() -> fixture.read(query("present", "b = 1", null, null)))
        .extracting(failure -> ((TableException) failure).code())
        .isEqualTo("column_missing");
    assertThatThrownBy(() -> fixture.read(query("absent", "pg_sleep(1) = 1", null, null)))
        .extracting(failure -> ((TableException) failure).code())
        .isEqualTo("filter_refused");
    assertThat(fixture.tables.describe("absent")).isEmpty();
  }

  @Test
  void endsASlowStatement() {
    TableSettings hasty =
        new TableSettings(
            100, 1000, Set.of(), Set.of(), false, Duration.ofMillis(50), Duration.ofHours(1));
    database.execute("CREATE VIEW content.slow AS SELECT 1 AS id, pg_sleep(5)::text AS title");

    assertThatThrownBy(
            () -> fixture.withSettings(hasty).count(query("slow", "title = 'x'", null, null)))
        .isInstanceOf(StoreException.class)
        .extracting(failure -> ((StoreException) failure).isRetryable())
        .isEqualTo(true);
  }

  @Test
  void updatesTheOldestMatchingRowsOrExactlyTheGivenOnes() {
    fixture.store("approved", objects(5));

    int oldest =
        fixture.tables.update(
            fixture.fence(),
            update("approved", "review_status = 'pending'", 2, "Approved"),
            Optional.empty());
    int exact =
        fixture.tables.update(
            fixture.fence(),
            update("approved", "review_status = 'pending'", 1, "approved"),
            Optional.of(List.of(4L, 5L)));

    assertThat(oldest).isEqualTo(2);
    assertThat(exact).isEqualTo(2);
    assertThat(
            database.value(
                "SELECT string_agg(id::text, ',' ORDER BY id) FROM content.approved"
                    + " WHERE review_status = 'posted' AND posted_at IS NOT NULL"))
        .isEqualTo("1,2,4,5");
  }

  @Test
  void refusesUpdatesItCannotDoAsAsked() {
    fixture.store("guarded", "{`title`:`a`,`n`:1}");
    database.execute(
        "CREATE TABLE content.canary (id int)", "INSERT INTO content.canary VALUES (1)");

    assertThatThrownBy(() -> update("guarded", Map.of("title", json("`x`")), "1=1"))
        .hasMessageContaining("allowed_tables");
    assertThatThrownBy(() -> updateGuarded(Map.of("nosuch", json("`x`"))))
        .extracting(failure -> ((TableException) failure).code())
        .isEqualTo("column_missing");
    assertThatThrownBy(() -> updateGuarded(Map.of("n", json("`NOW()`"))))
        .isInstanceOf(TableException.class);
    assertThatThrownBy(() -> updateGuarded(Map.of("n", json("`x`"))))
        .isInstanceOf(TableException.class);
    assertThatThrownBy(() -> updateGuarded(Map.of("title", json("{`a`:1}"))))
        .isInstanceOf(TableException.class);
    assertThatThrownBy(() -> updateGuarded(Map.of())).isInstanceOf(TableException.class);
    assertThatThrownBy(() -> updateGuarded(Map.of("title\" = (SELECT 1), \"n", json("1"))))
        .isInstanceOf(TableException.class);
    assertThatThrownBy(
            () ->
                fixture.tables.update(
                    fixture.fence(),
                    new TableUpdate(
                        "guarded",
                        " ",
                        Map.of("n", json("1")),
                        Optional.empty(),
                        List.of("guarded")),
                    Optional.empty()))
        .isInstanceOf(TableException.class);

    assertThat(updateGuarded(Map.of("title", json("`NOW(); DROP TABLE content.canary`")))).isOne();
    assertThat(database.value("SELECT title FROM content.guarded"))
        .isEqualTo("NOW(); DROP TABLE content.canary");
    assertThat(updateGuarded(Map.of("title", json("null"), "tags", json("[`a`,1]")))).isOne();
    assertThat(database.value("SELECT tags[2] FROM content.guarded")).isEqualTo("1");
  }

  @Test
  void recordsFailuresAndFindsRows() {
    fixture.store("found", "{`title`:`a`}");
    fixture.tables.recordFailedGeneration(
        fixture.fence(), request("found", null), "no JSON\0 " + "x".repeat(5_000));

    assertThat(fixture.tables.find("found", 1).orElseThrow().get("title").asText()).isEqualTo("a");
    assertThat(fixture.tables.find("found", 2)).isEmpty();
    assertThat(fixture.tables.list("found", Optional.of("pending"), 20).rows()).hasSize(1);
    assertThat(fixture.tables.list("found", Optional.of("it's"), 20).rows()).isEmpty();
    assertThat(fixture.tables.listGenerations(Optional.of("failed"), 20)).hasSize(1);
    assertThat(fixture.tables.listGenerations(Optional.empty(), 20))
        .extracting(Generation::status)
        .containsExactly("failed", "success");
  }

  @Test
  void storesAnEmptyAnswerAsASuccessWithoutRows() {
    assertThat(fixture.store("nothing")).isZero();

    assertThat(fixture.read(query("nothing")).tableExists()).isFalse();
    assertThat(fixture.tables.listGenerations(Optional.of("success"), 5)).hasSize(1);
  }

  private int updateGuarded(Map<String, JsonNode> values) {
    return fixture.tables.update(
        fixture.fence(),
        new TableUpdate("guarded", "1=1", values, Optional.empty(), List.of("guarded")),
        Optional.empty());
  }

  private int update(String table, Map<String, JsonNode> values, String where) {
    return fixture.tables.update(
        fixture.fence(),
        new TableUpdate(table, where, values, Optional.empty(), List.of()),
        Optional.empty());
  }

  private static TableUpdate update(String table, String where, int limit, String allowed) {
    return new TableUpdate(
        table,
        where,
        Map.of("review_status", json("`posted`"), "posted_at", json("`now()`")),
        Optional.of(limit),
        List.of(allowed));
  }

  private static String[] objects(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> "{`n`:" + i + ",`title`:`t" + i + "`}")
        .toArray(String[]::new);
  }

  @Test
  void storesTheRowsOfOnePlaceOnceForAnExecution() {
    Fence fence = fixture.fence();
    StoreRequest request = TableFixture.request("retried", null, "{`a`: 1}", "{`a`: 2}");

    int first = fixture.tables.store(fence, request);
    int again = fixture.tables.store(fence, request);

    assertThat(first).isEqualTo(2);
    assertThat(again).as("what the first attempt stored").isEqualTo(2);
    assertThat(fixture.database.number("SELECT count(*) FROM content.retried")).isEqualTo(2);
    assertThat(fixture.tables.store(fixture.fence(), request))
        .as("another execution stores its own")
        .isEqualTo(2);
    assertThat(fixture.database.number("SELECT count(*) FROM content.retried")).isEqualTo(4);
  }
}
