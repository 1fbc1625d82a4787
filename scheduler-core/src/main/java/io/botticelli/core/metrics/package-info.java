/**
 * One Dropwizard registry, shown through JMX and as Prometheus text with labels and real
 * histograms.
 */
@NullMarked
package io.botticelli.core.metrics;

import org.jspecify.annotations.NullMarked;
