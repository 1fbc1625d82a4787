package io.botticelli.core.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PostgresTextTest {

  @Test
  void showsWhatPostgresqlRefuses() {
    assertThat(PostgresText.storable("a\u0000b")).isEqualTo("a\u2400b");
    assertThat(PostgresText.storable("\ud800")).isEqualTo("\ufffd");
    assertThat(PostgresText.storable("\udc00\ud800x")).isEqualTo("\ufffd\ufffdx");
    assertThat(PostgresText.storable("\ud83d\ude00")).isEqualTo("\ud83d\ude00");
  }

  @Property
  void everyTextSurvivesUtf8AndKeepsItsLength(@ForAll String text) {
    String storable = PostgresText.storable(text);

    assertThat(storable).hasSameSizeAs(text).doesNotContain("\u0000");
    assertThat(new String(storable.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(storable);
  }
}
