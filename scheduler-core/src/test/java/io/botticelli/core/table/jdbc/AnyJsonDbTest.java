package io.botticelli.core.table.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.table.ContentTables.StoreRequest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever JSON a model gives, a table is made of it and every row is stored. */
@Tag("db")
class AnyJsonDbTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static Optional<TableFixture> shared = Optional.empty();

  @BeforeContainer
  static void open() {
    shared = Optional.of(new TableFixture());
  }

  @AfterContainer
  static void forget() {
    shared = Optional.empty();
  }

  @Property(tries = 60)
  void everyRowOfAnyAnswerIsStoredInATableMadeOfIt(@ForAll("rows") List<ObjectNode> rows) {
    TableFixture fixture = shared.orElseThrow();
    String table = "any_" + NUMBER.incrementAndGet();

    int stored = fixture.tables.store(fixture.fence(), request(table, rows));

    assertThat(stored).isEqualTo(rows.size());
    assertThat(fixture.database.number("SELECT count(*) FROM content." + table))
        .isEqualTo(rows.size());
  }

  @Property(tries = 60)
  void rowsOfAnotherShapeFitATableThatIsThere(@ForAll("rows") List<ObjectNode> rows) {
    TableFixture fixture = shared.orElseThrow();
    String table = "known_" + NUMBER.incrementAndGet();
    fixture.store(
        table, "{`a`: 1, `b`: 1.5, `c`: true, `d`: `text`, `e`: [1], `id_of`: `x`, `na_me`: null}");
    rows.forEach(row -> row.put("d", "always there"));

    int stored = fixture.tables.store(fixture.fence(), request(table, rows));

    assertThat(stored).isEqualTo(rows.size());
    assertThat(fixture.read(TableFixture.query(table)).rows()).hasSize(rows.size() + 1);
  }

  private static StoreRequest request(String table, List<ObjectNode> rows) {
    return new StoreRequest(
        table,
        "place-" + UUID.randomUUID(),
        Optional.empty(),
        List.<JsonNode>copyOf(rows),
        "weekly",
        "narratives/weekly.toml",
        "write",
        Optional.of("model-x"),
        "run-1",
        1);
  }

  @Provide
  Arbitrary<List<ObjectNode>> rows() {
    Arbitrary<String> keys =
        Arbitraries.oneOf(
            Arbitraries.of(
                "a",
                "b",
                "c",
                "d",
                "e",
                "A",
                "id",
                "tags",
                "rating",
                "generated_at",
                "run_id",
                "select",
                "na me",
                "na-me",
                "\"",
                "",
                "\0",
                "1st",
                "\u00FCber",
                "x".repeat(200)),
            Arbitraries.strings().ofMaxLength(12));
    return Arbitraries.maps(keys, values(2))
        .ofMinSize(1)
        .ofMaxSize(8)
        .map(AnyJsonDbTest::object)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  private static Arbitrary<JsonNode> values(int depth) {
    Arbitrary<JsonNode> scalars =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(20).map(JSON::textNode),
            Arbitraries.of("NaN", "Infinity", "2026-02-30", "\0", "\uD83D", "{", "1e999", "''")
                .map(JSON::textNode),
            Arbitraries.longs().map(JSON::numberNode),
            Arbitraries.doubles().map(JSON::numberNode),
            Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, -0.0)
                .map(JSON::numberNode),
            Arbitraries.of("1e400", "-1e-400", "1e2000", "0.1e-30000")
                .map(text -> JSON.numberNode(new BigDecimal(text))),
            Arbitraries.bigIntegers()
                .between(BigInteger.TEN.pow(40).negate(), BigInteger.TEN.pow(40))
                .map(JSON::numberNode),
            Arbitraries.of(true, false).map(JSON::booleanNode),
            Arbitraries.just(JSON.nullNode()));
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<JsonNode> inner = values(depth - 1);
    Arbitrary<JsonNode> arrays =
        inner.list().ofMaxSize(3).map(items -> JSON.arrayNode().addAll(items));
    Arbitrary<JsonNode> objects =
        Combinators.combine(Arbitraries.strings().ofMaxLength(6), inner)
            .as((key, value) -> JSON.objectNode().set(key, value));
    return Arbitraries.frequencyOf(Tuple.of(4, scalars), Tuple.of(1, arrays), Tuple.of(1, objects));
  }

  private static ObjectNode object(Map<String, JsonNode> fields) {
    ObjectNode object = JSON.objectNode();
    object.setAll(fields);
    return object;
  }
}
