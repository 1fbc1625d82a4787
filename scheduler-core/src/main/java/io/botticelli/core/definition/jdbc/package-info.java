/** Working set versions in the tables {@code definition_versions}, {@code definition_current}. */
@NullMarked
package io.botticelli.core.definition.jdbc;

import org.jspecify.annotations.NullMarked;
