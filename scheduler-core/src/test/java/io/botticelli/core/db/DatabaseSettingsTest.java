package io.botticelli.core.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSettingsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql://ann:s3cret@db:5433/shop | db:5433/shop as ann | s3cret",
        "postgres://ann:s3cret@db/shop | db:5432/shop as ann | s3cret",
        "jdbc:postgresql://db/shop?user=ann&password=s3cret | db:5432/shop as ann | s3cret",
        "JDBC:PostgreSQL://db/shop?user=ann | db:5432/shop as ann | ''",
        "postgresql://a%40b:p%2F%3A%40+%25@db/my%20shop | db:5432/my shop as a@b | p/:@+%",
        "postgresql://ann:p@ss@db/shop | db:5432/shop as ann | p@ss",
        "postgresql://ann@[::1]:5433/shop | [::1]:5433/shop as ann | ''",
        "postgresql://ann@a:1,b:2/shop | a:1,b:2/shop as ann | ''",
        "postgresql://ann@/shop | localhost:5432/shop as ann | ''",
      })
  void readsEverySpelling(String url, String described, String password) {
    DatabaseSettings settings = DatabaseSettings.parse(url);

    assertThat(settings.describe()).isEqualTo(described);
    assertThat(settings.password().reveal()).isEqualTo(password);
  }

  @Test
  void passesParametersToTheDriverUnderItsNames() {
    DatabaseSettings settings =
        DatabaseSettings.parse(
            "postgresql://a@db/shop?sslmode=require&connect_timeout=9&options=-c%20geqo%3Doff");

    assertThat(settings.pooled("application").getSslmode()).isEqualTo("require");
    assertThat(settings.pooled("application").getConnectTimeout()).isEqualTo(9);
    assertThat(settings.pooled("application").getOptions())
        .startsWith("-c lock_timeout=10s")
        .endsWith(" -c geqo=off");
    assertThat(settings.pooled("application").getSocketTimeout()).isEqualTo(30);
    assertThat(settings.unpooled().getOptions()).isEqualTo("-c geqo=off");
  }

  @Property
  void anyPasswordSurvivesEncoding(@ForAll @NotEmpty String password) {
    String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
    String expected = new String(password.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

    assertThat(DatabaseSettings.parse("postgresql://a:" + encoded + "@db/x").password().reveal())
        .isEqualTo(expected);
    assertThat(
            DatabaseSettings.parse("jdbc:postgresql://db/x?user=a&password=" + encoded)
                .password()
                .reveal())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://a:s3cret@db/x",
        "db.example.com",
        "postgresql://a:s3cret/x@db/x",
        "postgresql://a:s3cret%@db/x",
        "postgresql://a:s3cret@db:99999/x",
        "postgresql://a:s3cret@db:port/x",
        "postgresql://a:s3cret@db",
      })
  void refusesWhatItCannotReadWithoutShowingThePassword(String url) {
    assertThatThrownBy(() -> DatabaseSettings.parse(url))
        .isInstanceOf(DatabaseUnavailableException.class)
        .hasMessageContaining("DATABASE_URL")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void neverPrintsThePassword() {
    assertThat(DatabaseSettings.parse("postgresql://a:s3cret@db/x").toString())
        .contains("***")
        .doesNotContain("s3cret");
  }
}
