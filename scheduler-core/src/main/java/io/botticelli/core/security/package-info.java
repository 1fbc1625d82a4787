/**
 * Decides whether a platform command may be carried out, and keeps those that wait for a person.
 *
 * <p>{@link io.botticelli.core.security.CommandGate} decides from policy, mode and arguments alone;
 * {@link io.botticelli.core.security.TokenBuckets} and {@link
 * io.botticelli.core.security.Approvals} are the ports behind rate limits and approvals. The engine
 * asks before every command. Everything here is thread-safe; only the ports can fail, with {@link
 * io.botticelli.core.StoreException}. Text that is judged comes from models and is hostile: every
 * check takes time linear in its length.
 */
@NullMarked
package io.botticelli.core.security;

import org.jspecify.annotations.NullMarked;
