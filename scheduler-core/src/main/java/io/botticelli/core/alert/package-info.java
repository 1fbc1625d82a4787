/**
 * Tells people what goes wrong, and that it is over.
 *
 * <pre>
 *   rules + AlertFacts --AlertRules--> conditions --AlertStore.update--> alerts + deliveries
 *                                                                             |
 *                          AlertDispatcher: claim, send, mark; again after a failure
 * </pre>
 *
 * <p>Every node does all of it; the database makes one alert of what many nodes see, and hands each
 * delivery to one node at a time. An alert and its deliveries are stored in one transaction, and a
 * delivery is only marked after the receiver took it: at least once, never lost by a crash. Sending
 * is behind {@link io.botticelli.core.alert.AlertSender}; adapters are in {@code alert.http} and
 * {@code alert.mail}. Thread-safe.
 */
@NullMarked
package io.botticelli.core.alert;

import org.jspecify.annotations.NullMarked;
