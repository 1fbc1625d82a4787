package io.botticelli.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
  @Test
  void readsEveryFormOfLine() {
    Map<String, String> values =
        DotEnv.parse(
            ".env",
            """
            # comment
            A=1
            export B = two words  # comment
            C="quoted # not a comment\\n"
            D='literal \\n $X'
            E=
            F=a#b
            """);

    assertThat(values)
        .containsEntry("A", "1")
        .containsEntry("B", "two words")
        .containsEntry("C", "quoted # not a comment\n")
        .containsEntry("D", "literal \\n $X")
        .containsEntry("E", "")
        .containsEntry("F", "a#b");
  }

  @Test
  void namesEveryBrokenLineWithoutItsValue() {
    assertThatThrownBy(() -> DotEnv.parse(".env", "A=1\nnonsense\nTOKEN=\"hunter2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(".env:2:1: expected NAME=VALUE")
        .hasMessageContaining(".env:3:7: TOKEN: the quoted value does not end")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void theRealEnvironmentWinsOverTheFile(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve(".env"), "PATH=from-file\nONLY_IN_FILE=yes\n");

    Environment environment = Environment.ofProcess(directory);

    assertThat(environment.find("ONLY_IN_FILE")).contains("yes");
    assertThat(environment.find("PATH")).isPresent().get().isNotEqualTo("from-file");
  }

  @Test
  void emptyValuesCountAsUnset() {
    assertThat(new Environment(Map.of("A", "")).find("A")).isEmpty();
  }

  @Test
  void showsNamesOnly() {
    assertThat(new Environment(Map.of("TOKEN", "hunter2"))).hasToString("Environment[TOKEN]");
    assertThat(new SecretValue("hunter2")).hasToString("***");
  }
}
