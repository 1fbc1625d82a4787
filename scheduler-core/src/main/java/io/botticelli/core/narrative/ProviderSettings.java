package io.botticelli.core.narrative;

import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.TomlSection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The {@code [config.PROVIDER]} tables of a file. */
final class ProviderSettings {
  private static final Map<String, String> PROVIDER_BY_PREFIX = prefixes();

  private final Map<String, ModelSettings> byProvider = new LinkedHashMap<>();

  ProviderSettings(ProblemReporter reporter) {
    TomlSection.root(reporter)
        .table("config")
        .ifPresent(
            config ->
                config
                    .tables()
                    .forEach(
                        (provider, section) -> {
                          section.warnUnknown(SettingsReader.MODEL_KEYS);
                          byProvider.put(
                              provider.toLowerCase(Locale.ROOT), SettingsReader.model(section));
                        }));
  }

  /** Returns the settings for every act: those of the only table there is. */
  ModelSettings common() {
    return byProvider.size() == 1 ? byProvider.values().iterator().next() : ModelSettings.NONE;
  }

  /**
   * Returns what an act takes from the table of its provider when there are several.
   *
   * @param act the act's own settings
   * @param narrative the narrative's settings, which win over the table
   */
  ModelSettings forAct(ModelSettings act, ModelSettings narrative) {
    Optional<String> model = act.model().or(narrative::model);
    if (byProvider.size() < 2 || model.isEmpty()) {
      return act;
    }
    ModelSettings table = providerOf(model.get()).map(byProvider::get).orElse(ModelSettings.NONE);
    return act.orElse(
        new ModelSettings(
            Optional.empty(),
            narrative.temperature().isPresent() ? Optional.empty() : table.temperature(),
            narrative.maxTokens().isPresent() ? Optional.empty() : table.maxTokens()));
  }

  /** Tells whether it is unknown which of several tables applies to an act. */
  boolean isAmbiguous(ModelSettings act, ModelSettings narrative) {
    return byProvider.size() > 1 && act.model().or(narrative::model).isEmpty();
  }

  List<String> providers() {
    return List.copyOf(byProvider.keySet());
  }

  private static Optional<String> providerOf(String model) {
    String folded = model.toLowerCase(Locale.ROOT);
    return PROVIDER_BY_PREFIX.entrySet().stream()
        .filter(entry -> folded.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static Map<String, String> prefixes() {
    Map<String, String> prefixes = new LinkedHashMap<>();
    prefixes.put("gemini", "gemini");
    prefixes.put("models/gemini", "gemini");
    prefixes.put("claude", "anthropic");
    for (String prefix : List.of("gpt", "o1", "o3", "o4", "whisper", "chatgpt")) {
      prefixes.put(prefix, "openai");
    }
    return prefixes;
  }
}
