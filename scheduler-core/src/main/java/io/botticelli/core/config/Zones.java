package io.botticelli.core.config;

import io.botticelli.core.toml.Suggestions;
import io.botticelli.core.toml.TomlSection;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads names of time zones. */
final class Zones {
  private Zones() {}

  /**
   * Reads {@code timezone} of a section.
   *
   * @return empty when it is absent or wrong (reported)
   */
  static Optional<ZoneId> read(TomlSection section, String text) {
    Optional<ZoneId> zone = find(text);
    if (zone.isEmpty()) {
      section
          .reporter()
          .error(
              "timezone_unknown",
              section.path("timezone"),
              "is "
                  + Suggestions.quote(text)
                  + ", expected an IANA zone such as \"UTC\" or \"Europe/Berlin\""
                  + didYouMean(text));
    }
    return zone;
  }

  /** Returns a zone by its name; empty when there is none of that name. */
  static Optional<ZoneId> find(String text) {
    try {
      return Optional.of(ZoneId.of(text.strip()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** There are 600 zones: only those that share the region and initial, or the city, compete. */
  private static String didYouMean(String text) {
    String folded = text.strip().toLowerCase(Locale.ROOT);
    int slash = folded.lastIndexOf('/');
    String city = "/" + folded.substring(slash + 1);
    String start = folded.substring(0, Math.min(folded.length(), slash + 2));
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    return zones.stream()
        .filter(zone -> zone.toLowerCase(Locale.ROOT).endsWith(city))
        .findFirst()
        .map(zone -> "; did you mean " + Suggestions.quote(zone) + "?")
        .orElseGet(
            () ->
                Suggestions.didYouMean(
                    text.strip(),
                    zones.stream()
                        .filter(zone -> zone.toLowerCase(Locale.ROOT).startsWith(start))
                        .toList()));
  }
}
