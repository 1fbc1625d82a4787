/**
 * The doctor's questions and repairs in PostgreSQL: Quartz's tables, executions, outbound posts and
 * {@code doctor_findings}. Thread-safe; fails with {@link io.botticelli.core.StoreException} when
 * the database does.
 */
@NullMarked
package io.botticelli.core.doctor.jdbc;

import org.jspecify.annotations.NullMarked;
