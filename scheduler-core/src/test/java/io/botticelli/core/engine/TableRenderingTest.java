package io.botticelli.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.narrative.ActInput.TableFormat;
import io.botticelli.core.table.ContentTables.Rows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableRenderingTest {
  private final TableRendering rendering = new TableRendering();

  @Test
  void columnsKeepTheirSelectOrder() {
    Rows rows = rows(List.of("z", "a"), "{\"z\":1,\"a\":\"x\"}");

    assertThat(rendering.render(rows, TableFormat.MARKDOWN)).isEqualTo("z | a\n--- | ---\n1 | x");
    assertThat(rendering.render(rows, TableFormat.CSV)).isEqualTo("z,a\n1,x");
    assertThat(rendering.render(rows, TableFormat.JSON))
        .isEqualTo("[\n  {\n    \"z\" : 1,\n    \"a\" : \"x\"\n  }\n]");
  }

  @Test
  void markdownEscapesBarsAndKeepsNewlines() {
    Rows rows = rows(List.of("a", "b", "c"), "{\"a\":\"x|y\\nz\",\"b\":null,\"c\":{\"k\":[1]}}");

    assertThat(rendering.render(rows, TableFormat.MARKDOWN))
        .endsWith("\nx\\|y\nz | null | {\"k\":[1]}");
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    Rows rows =
        rows(
            List.of("a", "b", "c", "d"),
            "{\"a\":\"x,y\",\"b\":\"say \\\"hi\\\"\",\"c\":\"1\\n2\",\"d\":null}");

    assertThat(rendering.render(rows, TableFormat.CSV))
        .isEqualTo("a,b,c,d\n\"x,y\",\"say \"\"hi\"\"\",\"1\n2\",");
  }

  @Test
  void noRowsHaveTheirOwnForm() {
    Rows rows = rows(List.of("a"));

    assertThat(rendering.render(rows, TableFormat.JSON)).isEqualTo("[]");
    assertThat(rendering.render(rows, TableFormat.MARKDOWN)).isEqualTo("No data");
    assertThat(rendering.render(rows, TableFormat.CSV)).isEmpty();
  }

  private static Rows rows(List<String> columns, String... json) {
    List<JsonNode> rows = new ArrayList<>();
    for (String row : json) {
      rows.add(JsonPaths.parse(row).orElseThrow());
    }
    return new Rows(true, columns, rows, List.of());
  }
}
