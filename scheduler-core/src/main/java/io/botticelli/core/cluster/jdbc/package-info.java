/** Members of the cluster in {@code cluster_nodes}. */
@NullMarked
package io.botticelli.core.cluster.jdbc;

import org.jspecify.annotations.NullMarked;
