/**
 * Alerts in {@code alerts} and {@code alert_deliveries}, and the facts rules ask for. Thread-safe;
 * every method may fail with {@link io.botticelli.core.StoreException}.
 */
@NullMarked
package io.botticelli.core.alert.jdbc;

import org.jspecify.annotations.NullMarked;
