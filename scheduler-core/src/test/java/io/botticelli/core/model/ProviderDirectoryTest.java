package io.botticelli.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botticelli.core.model.ModelException.Kind;
import io.botticelli.core.model.ProviderDirectory.Settings;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderDirectoryTest {
  private static final Settings PLAIN =
      new Settings(Map.of(), Optional.empty(), Optional.empty(), false);
  private static final Settings HARMLESS =
      new Settings(Map.of(), Optional.empty(), Optional.empty(), true);

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash,gemini,gemini-2.5-flash",
    "models/gemini-2.5-pro,gemini,gemini-2.5-pro",
    "GEMINI-2.5-flash,gemini,GEMINI-2.5-flash",
    "some-tuned-model,gemini,some-tuned-model",
    "offline,offline,offline",
    "mock,offline,offline",
    "Mock,offline,offline",
    "'',gemini,gemini-2.5-flash-lite",
    "gemini-1.5-flash,gemini,gemini-2.5-flash",
    "models/gemini-1.5-pro,gemini,gemini-2.5-pro",
    "gemini-pro-vision,gemini,gemini-2.5-flash",
    "gemini-2.0-flash-exp,gemini,gemini-2.5-flash"
  })
  void derivesTheProviderFromTheName(String name, String provider, String sent) {
    LanguageModels.Selection selection = directory(PLAIN, "gemini", "offline").select(name);

    assertThat(selection.model().provider()).isEqualTo(provider);
    assertThat(selection.modelName()).isEqualTo(sent);
  }

  @Test
  void letsAliasesOfTheServerFileWinOverTheBuiltInOnes() {
    Settings settings =
        new Settings(
            Map.of("Gemini-1.5-flash", "offline", "gpt-4", "gemini-2.5-pro"),
            Optional.empty(),
            Optional.empty(),
            false);
    ProviderDirectory directory = directory(settings, "gemini", "offline");

    assertThat(directory.select("gemini-1.5-flash").modelName()).isEqualTo("offline");
    assertThat(directory.select("gpt-4").modelName()).isEqualTo("gemini-2.5-pro");
  }

  @Test
  void endsOnAliasesThatPointAtEachOther() {
    Settings settings =
        new Settings(
            Map.of("gemini-a", "gemini-b", "gemini-b", "gemini-a"),
            Optional.of("gemini-a"),
            Optional.empty(),
            false);

    assertThat(directory(settings, "gemini").select("").modelName()).isEqualTo("gemini-b");
  }

  @Test
  void namesTheVariableWhenCredentialsAreMissing() {
    ModelException failure = failure(directory(PLAIN, "offline"), "gemini-2.5-flash");

    assertThat(failure.kind()).isEqualTo(Kind.NOT_CONFIGURED);
    assertThat(failure).hasMessageContaining("GEMINI_API_KEY").hasMessageContaining("offline");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude-3-opus-20240229", "gpt-4", "o3-mini", "whisper-large-v3"})
  void saysWhichProvidersThisVersionCannotTalkTo(String name) {
    ModelException failure = failure(directory(PLAIN, "gemini", "offline"), name);

    assertThat(failure.kind()).isEqualTo(Kind.NOT_CONFIGURED);
    assertThat(failure).hasMessageContaining(name).hasMessageContaining("models.fallback");
  }

  @Test
  void usesTheFallbackForProvidersThatAreNotConfigured() {
    Settings settings =
        new Settings(Map.of(), Optional.empty(), Optional.of("gemini-2.5-flash"), false);

    assertThat(directory(settings, "gemini").select("claude-3-opus-20240229").modelName())
        .isEqualTo("gemini-2.5-flash");
    assertThat(failure(directory(settings, "offline"), "gpt-4").kind())
        .as("a fallback that is not configured either")
        .isEqualTo(Kind.NOT_CONFIGURED);
  }

  @Test
  void neverAnswersOfflineByAccidentWhenARealPlatformCanBeReached() {
    ProviderDirectory directory = directory(PLAIN, "offline");

    assertThat(failure(directory, "").kind()).isEqualTo(Kind.NOT_CONFIGURED);
    assertThat(directory.notice()).isEmpty();
    assertThat(directory.select("offline").modelName()).isEqualTo("offline");
  }

  @Test
  void fallsBackToOfflineAndSaysSoWhenNothingReachesARealPlatform() {
    ProviderDirectory directory = directory(HARMLESS, "offline");

    assertThat(directory.defaultModel()).isEqualTo("offline");
    assertThat(directory.select("").modelName()).isEqualTo("offline");
    assertThat(directory.select("gemini-2.5-flash").modelName()).isEqualTo("offline");
    assertThat(directory.select("gpt-4").modelName()).isEqualTo("offline");
    assertThat(directory.notice()).hasValueSatisfying(text -> assertThat(text).hasLineCount(1));
  }

  @Test
  void doesNotReplaceARealProviderByTheOfflineOne() {
    ProviderDirectory directory = directory(HARMLESS, "offline", "gemini");

    assertThat(directory.select("").modelName()).isEqualTo("gemini-2.5-flash-lite");
    assertThat(failure(directory, "gpt-4").kind()).isEqualTo(Kind.NOT_CONFIGURED);
    assertThat(directory.notice()).isEmpty();
  }

  @Test
  void staysSilentWhenOfflineWasAskedForByName() {
    Settings settings = new Settings(Map.of(), Optional.of("mock"), Optional.empty(), true);
    ProviderDirectory directory = directory(settings, "offline");

    assertThat(directory.select("").modelName()).isEqualTo("offline");
    assertThat(directory.notice()).isEmpty();
  }

  @Test
  void refusesLiveModels() {
    ModelException failure =
        failure(directory(PLAIN, "gemini", "offline"), "gemini-2.0-flash-live-001");

    assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
    assertThat(failure).hasMessageContaining("live");
  }

  @Test
  void keepsMessagesOnOneLineWhateverTheNameHolds() {
    ModelException failure =
        failure(directory(PLAIN, "offline"), "gemini-\n\u001b[31m" + "x".repeat(500));

    assertThat(failure.getMessage()).hasSizeLessThan(400).doesNotContain("\n", "\u001b");
  }

  private static ProviderDirectory directory(Settings settings, String... providers) {
    Map<String, LanguageModel> models =
        Arrays.stream(providers).collect(Collectors.toMap(Function.identity(), NamedModel::new));
    return new ProviderDirectory(models, settings);
  }

  private static ModelException failure(ProviderDirectory directory, String name) {
    return catchThrowableOfType(ModelException.class, () -> directory.select(name));
  }

  private record NamedModel(String provider) implements LanguageModel {
    @Override
    public ModelResponse generate(ModelRequest request) {
      return new ModelResponse("", request.model(), -1, -1, "stop");
    }
  }
}
