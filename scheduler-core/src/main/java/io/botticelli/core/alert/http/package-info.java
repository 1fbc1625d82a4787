/**
 * Messages about alerts over HTTP: webhooks, Discord, PagerDuty. Addresses come from the server
 * file alone. Redirects are not followed, so that a message and its credentials go nowhere else.
 * Thread-safe; sending may fail with {@link io.botticelli.core.alert.AlertDeliveryException}.
 */
@NullMarked
package io.botticelli.core.alert.http;

import org.jspecify.annotations.NullMarked;
