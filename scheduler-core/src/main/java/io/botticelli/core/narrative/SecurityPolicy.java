package io.botticelli.core.narrative;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a narrative's platform commands may do, from {@code [security]} of its file or of the server
 * file. Immutable.
 *
 * @param commands which commands; empty = no table {@code policy}, so the server's mode decides
 * @param constraints where
 * @param channels which channels, or empty = all
 * @param content what messages may say, or empty = anything
 * @param rateLimits how often, by command as written
 */
public record SecurityPolicy(
    Optional<CommandRules> commands,
    Constraints constraints,
    Optional<ChannelFilter> channels,
    Optional<ContentFilter> content,
    Map<String, RateLimit> rateLimits) {
  public SecurityPolicy {
    rateLimits = Collections.unmodifiableMap(new LinkedHashMap<>(rateLimits));
  }

  /**
   * The table {@code policy}. A command is written {@code messages.send} or {@code
   * discord.messages.send}; a {@code *} at its end stands for any rest.
   *
   * @param allowed commands that are allowed
   * @param denied commands that are not, whatever {@code allowed} says
   * @param allowAllByDefault true: whatever is not denied is allowed
   * @param requireConfirmation commands that wait for a person
   * @param protectedUsers ids of users that are never targeted
   * @param protectedRoles ids of roles that are never targeted
   */
  public record CommandRules(
      List<String> allowed,
      List<String> denied,
      boolean allowAllByDefault,
      List<String> requireConfirmation,
      List<String> protectedUsers,
      List<String> protectedRoles) {
    public CommandRules {
      allowed = List.copyOf(allowed);
      denied = List.copyOf(denied);
      requireConfirmation = List.copyOf(requireConfirmation);
      protectedUsers = List.copyOf(protectedUsers);
      protectedRoles = List.copyOf(protectedRoles);
    }
  }

  /**
   * The table {@code constraints}.
   *
   * @param guildIds the only guilds that are read or changed, empty = any
   * @param channelPrefix what names of new channels start with, or empty
   */
  public record Constraints(List<String> guildIds, Optional<String> channelPrefix) {
    /** Anywhere, any name. */
    public static final Constraints NONE = new Constraints(List.of(), Optional.empty());

    public Constraints {
      guildIds = List.copyOf(guildIds);
    }
  }

  /**
   * The table {@code resources.channel}.
   *
   * @param deniedIds wins over {@code allowedIds}
   * @param allowAllByDefault true: whatever is not denied is allowed
   */
  public record ChannelFilter(
      List<String> allowedIds, List<String> deniedIds, boolean allowAllByDefault) {
    public ChannelFilter {
      allowedIds = List.copyOf(allowedIds);
      deniedIds = List.copyOf(deniedIds);
    }
  }

  /**
   * The table {@code content}.
   *
   * @param maxLength code points, at least 1; empty = no limit of its own
   * @param maxMentions of users and roles in one text, at least 0
   * @param maxUrls in one text, at least 0
   * @param blockMassMentions true: no {@code @everyone} and {@code @here}, however disguised
   * @param prohibitedPatterns regular expressions in the syntax of RE2, found anywhere in the text
   * @param allowedDomains the only domains (with their sub-domains) links may lead to, in ASCII and
   *     lower-case; empty = any
   * @param deniedDomains domains (with their sub-domains) no link may lead to; wins
   */
  public record ContentFilter(
      Optional<Integer> maxLength,
      int maxMentions,
      int maxUrls,
      boolean blockMassMentions,
      List<String> prohibitedPatterns,
      List<String> allowedDomains,
      List<String> deniedDomains) {
    public ContentFilter {
      prohibitedPatterns = List.copyOf(prohibitedPatterns);
      allowedDomains = List.copyOf(allowedDomains);
      deniedDomains = List.copyOf(deniedDomains);
    }
  }

  /**
   * A token bucket.
   *
   * @param maxTokens commands per window, at least 1
   * @param window time in which that many tokens come back, at least 1 s
   * @param burst further tokens an unused bucket holds, at least 0
   */
  public record RateLimit(int maxTokens, Duration window, int burst) {}
}
