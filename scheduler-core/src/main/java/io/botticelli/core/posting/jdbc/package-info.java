/**
 * Publishing once, with PostgreSQL as the memory: table {@code outbound_posts}.
 *
 * <pre>
 *              begin                 answer
 *   pending ----------&gt; sending ---------------&gt; sent
 *      ^                 |  |  \                   ^
 *      |                 |  |   refused            | found
 *      |                 |  v                      |
 *   failed &lt;-------------+ unknown ---- look up ---+
 *      (certainly not sent)   |
 *                             +-- certainly not there: sending again, same nonce
 *                             +-- cannot be read: stays unknown, for a person
 * </pre>
 *
 * <p>Every arrow is a transaction of its own; the call to the platform is made outside of any. A
 * crash at any point leaves a row that says what may have happened, and {@code sending} is treated
 * like {@code unknown} once its owner is gone. {@link
 * io.botticelli.core.posting.jdbc.JdbcOutboundPosts} is thread-safe.
 */
@NullMarked
package io.botticelli.core.posting.jdbc;

import org.jspecify.annotations.NullMarked;
