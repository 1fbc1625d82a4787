/**
 * The cluster as an operator runs it: several JVMs over one PostgreSQL.
 *
 * <p>{@code NodeProcess} is one node with files of its own, {@code FireSet} the actors it runs,
 * {@code FireChecker} the judge: it reads nothing but the database and says which promises were
 * broken.
 */
@NullMarked
package io.botticelli.web.cluster;

import org.jspecify.annotations.NullMarked;
