package io.botticelli.core.security;

/** Tells where a channel is. */
@FunctionalInterface
public interface GuildLookup {
  /**
   * Tells whether a channel belongs to a guild.
   *
   * @throws io.botticelli.core.platform.PlatformException if that cannot be found out
   */
  boolean contains(String guildId, String channelId);
}
