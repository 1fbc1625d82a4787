/**
 * Looks for what Quartz never repairs, and repairs what is safe.
 *
 * <p>{@link io.botticelli.core.doctor.Doctor} is the only door. Once in a period one node of the
 * cluster looks; what it sees becomes {@link io.botticelli.core.doctor.Finding}s, rows that all
 * nodes and the command line share. A finding is repaired when it has stood for a while and is
 * still true under Quartz's own row lock, so a healthy hand-over between two of its transactions is
 * never taken for damage. What only the schedule's owner can build again goes through {@link
 * io.botticelli.core.doctor.TriggerBlueprints}.
 *
 * <p>Thread-safe. Methods throw {@link io.botticelli.core.StoreException} when the database fails;
 * each repair is a transaction of its own, so one that fails leaves the others done.
 */
@NullMarked
package io.botticelli.core.doctor;

import org.jspecify.annotations.NullMarked;
