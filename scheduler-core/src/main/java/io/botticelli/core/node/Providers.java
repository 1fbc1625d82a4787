package io.botticelli.core.node;

import io.botticelli.core.config.Environment;
import io.botticelli.core.config.ServerConfig;
import io.botticelli.core.model.LanguageModel;
import io.botticelli.core.model.ProviderDirectory;
import io.botticelli.core.model.gemini.GeminiLanguageModel;
import io.botticelli.core.model.offline.OfflineLanguageModel;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Chooses the model providers this node can reach. */
final class Providers {
  private Providers() {}

  /**
   * @param offlineFallback true when nothing this node does can reach a real platform
   * @throws NodeException if a variable cannot be used
   */
  static ProviderDirectory directory(
      Environment environment, ServerConfig server, boolean offlineFallback, Clock clock) {
    Map<String, LanguageModel> providers = new LinkedHashMap<>();
    LanguageModel offline = new OfflineLanguageModel();
    providers.put(offline.provider(), offline);
    environment
        .find("GEMINI_API_KEY")
        .filter(key -> !key.isBlank())
        .ifPresent(
            key -> {
              LanguageModel gemini = gemini(environment, key, clock);
              providers.put(gemini.provider(), gemini);
            });
    return new ProviderDirectory(
        providers,
        new ProviderDirectory.Settings(
            server.models().aliases(),
            server.models().defaultModel(),
            server.models().fallback(),
            offlineFallback));
  }

  private static LanguageModel gemini(Environment environment, String key, Clock clock) {
    try {
      URI base =
          environment
              .find("GEMINI_BASE_URL")
              .map(URI::create)
              .orElse(GeminiLanguageModel.DEFAULT_BASE_URL);
      return new GeminiLanguageModel(base, key, clock);
    } catch (IllegalArgumentException wrong) {
      throw new NodeException(
          "setting_invalid", "GEMINI_BASE_URL cannot be used: " + wrong.getMessage());
    }
  }
}
