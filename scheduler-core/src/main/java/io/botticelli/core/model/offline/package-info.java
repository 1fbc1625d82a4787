/**
 * A provider without a network: {@link io.botticelli.core.model.offline.OfflineLanguageModel} puts
 * answers together from the conversation itself, so that a pipeline can be tried, tested and
 * demonstrated without a key. Deterministic and thread-safe; any text is accepted, and the work
 * grows linearly with its length.
 *
 * <p>One call reads the conversation into {@code Conversation} (instruction, rows, draft, context),
 * asks {@code ShapeReader} whether JSON of a certain shape is wanted, and answers through {@code
 * ShapeFiller} or {@code ProseWriter}.
 */
@NullMarked
package io.botticelli.core.model.offline;

import org.jspecify.annotations.NullMarked;
