package io.botticelli.core.actor;

import java.util.Optional;

/**
 * Where an actor talks to.
 *
 * @param type {@code discord}, {@code preview} or {@code noop}
 * @param channelId default channel, visible to narratives as {@code ${channel_id}}
 */
public record PlatformBinding(String type, Optional<String> channelId) {}
