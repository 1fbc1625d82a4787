/** Server-rendered pages; every value is escaped by the template engine. */
@NullMarked
package io.botticelli.web.ui;

import org.jspecify.annotations.NullMarked;
