package io.botticelli.core.security;

import io.botticelli.core.narrative.SecurityPolicy;

/**
 * A policy and whose it is.
 *
 * @param owner {@code server}, or the narrative with its file; rate limits are counted per owner
 */
public record PolicyInForce(SecurityPolicy policy, String owner) {}
