package io.botticelli.core.security;

import io.botticelli.core.narrative.SecurityPolicy;
import java.util.Optional;

/**
 * What the engine asks before commands.
 *
 * @param serverPolicy of narratives without one, or empty
 */
public record CommandSecurity(
    SecurityMode mode,
    Optional<SecurityPolicy> serverPolicy,
    CommandGate gate,
    Approvals approvals) {}
