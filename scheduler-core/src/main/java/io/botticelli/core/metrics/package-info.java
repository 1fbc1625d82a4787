/**
 * What a node counts and measures: one Dropwizard registry, shown through JMX and as Prometheus
 * text with labels and real histograms.
 *
 * <p>{@link io.botticelli.core.metrics.ActorMetrics} takes plain values from everywhere, {@link
 * io.botticelli.core.metrics.PrometheusText} renders them. Both are thread-safe and never throw
 * because of what they are given: label values are text from outside, so they are shortened,
 * escaped, and limited in number.
 */
@NullMarked
package io.botticelli.core.metrics;

import org.jspecify.annotations.NullMarked;
