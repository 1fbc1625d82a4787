package io.botticelli.core.table.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.table.jdbc.SchemaInference.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SchemaInferenceTest {

  @Test
  void infersEachKindOfValue() {
    assertThat(
            types(
                "{`s`:`x`,`i`:1,`d`:1.0,`b`:true,`n`:null,`a`:[1],`e`:[],`o`:{},`big`:9223372036854775808}"))
        .containsExactly(
            entry("s", "text"),
            entry("i", "bigint"),
            entry("d", "double precision"),
            entry("b", "boolean"),
            entry("n", "text"),
            entry("a", "jsonb"),
            entry("e", "jsonb"),
            entry("o", "jsonb"),
            entry("big", "numeric"));
  }

  @Test
  void widensOverAllRows() {
    assertThat(
            types(
                "{`a`:1,`b`:1,`c`:true,`d`:[1],`e`:null,`f`:`x`,`g`:1}",
                "{`a`:1.5,`b`:`x`,`c`:1,`d`:7,`e`:5,`f`:[],`g`:99999999999999999999}"))
        .containsExactly(
            entry("a", "double precision"),
            entry("b", "text"),
            entry("c", "text"),
            entry("d", "jsonb"),
            entry("e", "bigint"),
            entry("f", "text"),
            entry("g", "numeric"));
  }

  @Test
  void keepsTheFirstOfCollidingKeysOfOneRow() {
    SchemaInference.Inferred inferred =
        SchemaInference.infer(rows("{`Post Title`:`a`,`post_title`:1}", "{`postTitle`:`b`}"));

    assertThat(inferred.types()).containsExactly(entry("post_title", "text"));
    assertThat(inferred.collisions()).containsExactly("post_title");
  }

  @Property
  void wideningIsCommutativeAssociativeAndIdempotent(
      @ForAll Kind a, @ForAll Kind b, @ForAll Kind c) {
    assertThat(SchemaInference.widen(a, b)).isEqualTo(SchemaInference.widen(b, a));
    assertThat(SchemaInference.widen(a, a)).isEqualTo(a);
    assertThat(SchemaInference.widen(SchemaInference.widen(a, b), SchemaInference.widen(a, b)))
        .isEqualTo(SchemaInference.widen(a, b));
    boolean mixesBooleanNumberAndJson =
        Stream.of(a, b, c).anyMatch(k -> k == Kind.BOOLEAN)
            && Stream.of(a, b, c).anyMatch(k -> k == Kind.JSONB);
    if (!mixesBooleanNumberAndJson) {
      assertThat(SchemaInference.widen(SchemaInference.widen(a, b), c))
          .isEqualTo(SchemaInference.widen(a, SchemaInference.widen(b, c)));
    }
  }

  @Property
  void everyKeyBecomesAnIdentifier(@ForAll String key) {
    String column = Identifiers.columnFor(key);

    assertThat(column).matches("[a-z_][a-z0-9_]{0,62}");
    assertThat(Identifiers.columnFor(column)).as("stable").isEqualTo(column);
  }

  private static Map<String, String> types(String... rows) {
    return SchemaInference.infer(rows(rows)).types();
  }

  private static List<ObjectNode> rows(String... rows) {
    return Stream.of(rows).map(row -> (ObjectNode) TableFixture.json(row)).toList();
  }
}
