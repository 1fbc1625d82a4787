/**
 * Messages about alerts by mail. Thread-safe; sending may fail with {@link
 * io.botticelli.core.alert.AlertDeliveryException}.
 */
@NullMarked
package io.botticelli.core.alert.mail;

import org.jspecify.annotations.NullMarked;
