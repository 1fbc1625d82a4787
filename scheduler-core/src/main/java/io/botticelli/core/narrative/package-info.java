/**
 * What a narrative is, and the parser that builds it from TOML. Pure: the parser reads files only
 * through {@link io.botticelli.core.toml.SourceFiles}, so a stored working set parses like one on
 * disk. Everything it returns is immutable; mistakes are reported all at once as {@link
 * io.botticelli.core.toml.Problem}s, and nothing but {@link
 * io.botticelli.core.narrative.NarrativeSyntaxException} is thrown.
 *
 * <p>{@link io.botticelli.core.narrative.NarrativeParser} tells the forms of a file apart and
 * returns a {@link io.botticelli.core.narrative.NarrativeFile}; choosing a narrative there reads it
 * with all it reaches: acts, inputs, resources, text files, nested narratives. Older forms ({@code
 * [[acts]]}, {@code [[steps]]}, {@code [metadata]}, {@code [narratives.X]} with a {@code toc}) are
 * brought into the shape of the current one first. What no narrative lists can only cause warnings.
 *
 * <p>Files are hostile: cost is linear in their size, nesting of narratives ends at eight levels,
 * cycles are refused, and one narrative reached on several ways is one object. The records are
 * therefore a graph that can be far larger written out than in memory.
 *
 * <p>Codes of problems: {@code toml_syntax}, {@code missing_file}, {@code unreadable_file}, {@code
 * no_narrative}, {@code unsupported_form}, {@code narrative_name_needed}, {@code
 * unknown_narrative}, {@code unknown_narrative_file}, {@code narrative_cycle}, {@code
 * nesting_too_deep}, {@code missing_toc}, {@code empty_toc}, {@code unknown_act}, {@code
 * duplicate_act}, {@code empty_act}, {@code unknown_input_type}, {@code bad_reference}, {@code
 * unknown_resource}, {@code bad_identifier}, {@code bad_format}, {@code bad_order_by}, {@code
 * sample_with_order}, {@code unknown_media_type}, {@code bad_base64}, {@code unknown_placeholder},
 * {@code placeholder_order}, {@code wrong_type}, {@code out_of_range} and {@code missing_key} are
 * errors; {@code unknown_section}, {@code unknown_key}, {@code ignored_key}, {@code
 * misspelt_reference}, {@code deprecated_form}, {@code bad_name}, {@code bad_retention}, {@code
 * where_twice}, {@code unusual_temperature}, {@code ambiguous_config}, {@code unset_variable},
 * {@code narrative_name_mismatch}, {@code nothing_stored}, {@code target_unused}, {@code
 * unused_act} and {@code unused_resource} are warnings.
 */
@NullMarked
package io.botticelli.core.narrative;

import org.jspecify.annotations.NullMarked;
