package io.botticelli.core.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the provider that serves a model name, from the name alone: aliases first, then the
 * provider's naming habit ({@code gemini*}, {@code claude*}, {@code gpt*} ..), then the default
 * provider. Immutable and safe for use by several threads.
 *
 * <p>A name whose provider cannot be reached is served by {@link Settings#fallback()} when one is
 * named. The offline provider steps in by itself only when no real provider is configured at all
 * and {@link Settings#offlineFallback()} says that nothing the server does can reach a real
 * platform: invented text must never reach a live channel by accident.
 */
public final class ProviderDirectory implements LanguageModels {
  /** Name of the provider, and of its only model, that invents answers without a network. */
  public static final String OFFLINE = "offline";

  /** Model used when nothing is named and Gemini is configured. */
  public static final String DEFAULT_GEMINI_MODEL = "gemini-2.5-flash-lite";

  private static final String GEMINI = "gemini";
  private static final String MOCK = "mock";
  private static final String GEMINI_PATH_PREFIX = "models/";

  /** Providers this version can talk to, with the variable that holds their credentials. */
  private static final Map<String, String> CREDENTIAL_VARIABLES = Map.of(GEMINI, "GEMINI_API_KEY");

  /**
   * Names the provider has switched off, as older narratives still write them. A name in {@link
   * Settings#aliases()} wins.
   */
  private static final Map<String, String> RETIRED =
      Map.of(
          "gemini-pro", "gemini-2.5-flash",
          "gemini-pro-vision", "gemini-2.5-flash",
          "gemini-1.0-pro", "gemini-2.5-flash",
          "gemini-1.5-flash", "gemini-2.5-flash",
          "gemini-1.5-flash-8b", "gemini-2.5-flash-lite",
          "gemini-1.5-pro", "gemini-2.5-pro",
          "gemini-2.0-flash-exp", "gemini-2.5-flash");

  private static final List<Map.Entry<String, String>> PROVIDER_BY_PREFIX =
      List.of(
          Map.entry("gemini", GEMINI),
          Map.entry("claude", "anthropic"),
          Map.entry("chatgpt", "openai"),
          Map.entry("gpt", "openai"),
          Map.entry("o1", "openai"),
          Map.entry("o3", "openai"),
          Map.entry("o4", "openai"),
          Map.entry("whisper", "openai"));

  private final Map<String, LanguageModel> providers;
  private final Settings settings;
  private final Map<String, String> aliases;

  /**
   * @param providers the providers that have what they need to answer, by {@link
   *     LanguageModel#provider()}; a provider without credentials is left out
   * @param settings the {@code [models]} section of the server file, and whether the offline
   *     provider may step in
   */
  public ProviderDirectory(Map<String, LanguageModel> providers, Settings settings) {
    this.providers = Map.copyOf(providers);
    this.settings = settings;
    this.aliases = new LinkedHashMap<>();
    settings.aliases().forEach((name, replacement) -> aliases.put(key(name), replacement.strip()));
  }

  @Override
  public Selection select(String model) {
    String wanted = model.isBlank() ? defaultModel() : model.strip();
    return resolve(wanted, settings.fallback());
  }

  /**
   * Returns the model used when nothing is named: {@link Settings#defaultModel()}, else {@value
   * #DEFAULT_GEMINI_MODEL} when Gemini is configured, else {@value #OFFLINE} when it may step in,
   * else {@value #DEFAULT_GEMINI_MODEL}, whose selection then fails and names the missing key.
   */
  public String defaultModel() {
    if (settings.defaultModel().isPresent()) {
      return settings.defaultModel().get();
    }
    return offlineStepsIn() ? OFFLINE : DEFAULT_GEMINI_MODEL;
  }

  /**
   * Returns the line to print when the offline provider stands in for a real one.
   *
   * @return empty when a real provider is configured or the offline provider was asked for by name
   */
  public Optional<String> notice() {
    boolean askedFor = settings.defaultModel().filter(ProviderDirectory::isOffline).isPresent();
    return offlineStepsIn() && !askedFor ? Optional.of(noticeText()) : Optional.empty();
  }

  private static String noticeText() {
    return "No model key is set ("
        + String.join(", ", new TreeSet<>(CREDENTIAL_VARIABLES.values()))
        + "): the offline model answers, its text is put together from the prompts, and nothing"
        + " reaches a real platform.";
  }

  private Selection resolve(String written, Optional<String> fallback) {
    String name = replaceAlias(written);
    if (isOffline(name)) {
      return offline(written);
    }
    if (key(name).contains("-live")) {
      throw new ModelException(
          ModelException.Kind.INVALID_REQUEST,
          "model "
              + quoted(written)
              + " is a live (streaming) model, which this version does not support; name a text"
              + " model or map it in [models.alias]",
          0,
          null,
          null);
    }
    String provider = providerOf(name);
    LanguageModel found = providers.get(provider);
    if (found != null) {
      return new Selection(found, provider.equals(OFFLINE) ? OFFLINE : name);
    }
    if (fallback.isPresent()) {
      return resolve(fallback.get(), Optional.empty());
    }
    if (offlineStepsIn()) {
      return offline(written);
    }
    throw new ModelException(
        ModelException.Kind.NOT_CONFIGURED, missing(written, name, provider), 0, null, null);
  }

  private Selection offline(String written) {
    LanguageModel offline = providers.get(OFFLINE);
    if (offline == null) {
      throw new ModelException(
          ModelException.Kind.NOT_CONFIGURED,
          "model " + quoted(written) + " needs the offline provider, which is switched off here",
          0,
          null,
          null);
    }
    return new Selection(offline, OFFLINE);
  }

  /** Follows an alias once; aliases of aliases would allow cycles. */
  private String replaceAlias(String written) {
    String name =
        written.startsWith(GEMINI_PATH_PREFIX)
            ? written.substring(GEMINI_PATH_PREFIX.length())
            : written;
    String replacement = aliases.get(key(written));
    if (replacement == null) {
      replacement = aliases.get(key(name));
    }
    if (replacement == null) {
      replacement = RETIRED.get(key(name));
    }
    return replacement == null ? name : replacement;
  }

  private String providerOf(String name) {
    String key = key(name);
    for (Map.Entry<String, String> entry : PROVIDER_BY_PREFIX) {
      if (key.startsWith(entry.getKey())) {
        return entry.getValue();
      }
    }
    String standard = replaceAlias(defaultModel());
    if (isOffline(standard)) {
      return OFFLINE;
    }
    String standardKey = key(standard);
    return PROVIDER_BY_PREFIX.stream()
        .filter(entry -> standardKey.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(GEMINI);
  }

  private boolean offlineStepsIn() {
    return settings.offlineFallback()
        && providers.containsKey(OFFLINE)
        && providers.keySet().stream().allMatch(OFFLINE::equals);
  }

  private static String missing(String written, String name, String provider) {
    String subject =
        "model "
            + quoted(written)
            + (written.equals(name) ? "" : " (mapped to " + quoted(name) + ")")
            + " belongs to provider "
            + provider;
    String variable = CREDENTIAL_VARIABLES.get(provider);
    if (variable == null) {
      return subject
          + ", which this version cannot talk to; map the name in [models.alias], set"
          + " models.fallback, or name the model \"offline\"";
    }
    return subject
        + ", but "
        + variable
        + " is not set; set it, set models.fallback, or name the model \"offline\"";
  }

  private static boolean isOffline(String name) {
    String key = key(name);
    return key.equals(OFFLINE) || key.equals(MOCK);
  }

  private static String key(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  private static String quoted(String name) {
    // A name comes from a file somebody else may have written: keep the message on one line.
    String shown = name.length() > 80 ? name.substring(0, 80) + ".." : name;
    return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
  }

  /**
   * What the server file says about models.
   *
   * @param aliases name as written to name used, any case; wins over the built-in table of retired
   *     names
   * @param defaultModel model used when nothing is named, or empty
   * @param fallback model used when a named model's provider is not configured, or empty
   * @param offlineFallback true when nothing the server does can reach a real platform, so that the
   *     offline provider may answer in place of a missing one
   */
  public record Settings(
      Map<String, String> aliases,
      Optional<String> defaultModel,
      Optional<String> fallback,
      boolean offlineFallback) {
    public Settings {
      aliases = Map.copyOf(aliases);
      defaultModel = defaultModel.filter(name -> !name.isBlank()).map(String::strip);
      fallback = fallback.filter(name -> !name.isBlank()).map(String::strip);
    }
  }
}
