package io.botticelli.core.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Renders the metrics of a node in Prometheus' text format 0.0.4. Thread-safe. */
public final class PrometheusText {
  /** The content type of {@link #render}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final ActorMetrics metrics;

  /**
   * @param metrics what to render
   */
  public PrometheusText(ActorMetrics metrics) {
    this.metrics = metrics;
  }

  /** Returns all metrics as they are now, with those of the JVM and the process. */
  public String render() {
    Map<Family, List<Map.Entry<Series, Metric>>> families = new EnumMap<>(Family.class);
    for (Map.Entry<Series, Metric> entry : metrics.all().entrySet()) {
      families.computeIfAbsent(entry.getKey().family(), f -> new ArrayList<>()).add(entry);
    }
    List<MetricSnapshot> snapshots = new ArrayList<>(JvmMetrics.snapshots());
    families.forEach((family, series) -> snapshots.add(snapshot(family, series)));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create()
          .write(text, new MetricSnapshots(snapshots), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private static MetricSnapshot snapshot(Family family, List<Map.Entry<Series, Metric>> series) {
    MetricMetadata metadata = new MetricMetadata(family.base(), family.help());
    return switch (family.type()) {
      case COUNTER ->
          new CounterSnapshot(
              metadata,
              series.stream()
                  .map(
                      one ->
                          new CounterDataPointSnapshot(
                              counted(one.getValue()), labels(one.getKey()), null, 0))
                  .toList());
      case GAUGE ->
          new GaugeSnapshot(
              metadata,
              series.stream()
                  .map(
                      one ->
                          new GaugeDataPointSnapshot(
                              number((Gauge<?>) one.getValue()), labels(one.getKey()), null))
                  .toList());
      case HISTOGRAM ->
          new HistogramSnapshot(
              metadata,
              series.stream()
                  .map(one -> histogram(labels(one.getKey()), (BucketTimer) one.getValue()))
                  .toList());
    };
  }

  private static double counted(Metric metric) {
    return metric instanceof Counter counter ? counter.getCount() : number((Gauge<?>) metric);
  }

  private static double number(Gauge<?> gauge) {
    return ((Number) gauge.getValue()).doubleValue();
  }

  private static HistogramDataPointSnapshot histogram(Labels labels, BucketTimer timer) {
    BucketReservoir buckets = timer.buckets();
    return HistogramDataPointSnapshot.builder()
        .labels(labels)
        .sum(buckets.sumSeconds())
        .classicHistogramBuckets(
            ClassicHistogramBuckets.of(buckets.upperBounds(), buckets.counts()))
        .build();
  }

  private static Labels labels(Series series) {
    return Labels.of(series.family().labels(), series.values());
  }
}
