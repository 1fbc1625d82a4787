package io.botticelli.core.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The series of each family inside one Dropwizard registry. Thread-safe.
 *
 * <p>Label values come from outside, so the number of series of a family is bounded; what comes
 * after is counted together under one more series.
 */
final class SeriesRegistry {
  /** Actors are configured by the operator: design figures go up to 10,000 with three statuses. */
  static final int MOST_SERIES_OF_ACTORS = 40_000;

  /** Models, tables and outcomes may be named by narratives and answers. */
  static final int MOST_SERIES = 500;

  private final MetricRegistry registry = new MetricRegistry();
  private final Map<Series, Metric> metrics = new ConcurrentHashMap<>();
  private final Map<String, Series> byFlatName = new ConcurrentHashMap<>();
  private final Map<Family, AtomicInteger> sizes = new EnumMap<>(Family.class);

  SeriesRegistry() {
    for (Family family : Family.values()) {
      sizes.put(family, new AtomicInteger());
    }
  }

  MetricRegistry dropwizard() {
    return registry;
  }

  Map<Series, Metric> all() {
    return metrics;
  }

  /** Returns the series of a name in the Dropwizard registry, or null after it was removed. */
  @Nullable Series find(String flatName) {
    return byFlatName.get(flatName);
  }

  Counter counter(Series series) {
    return (Counter) metric(series, Counter::new);
  }

  Sum sum(Series series) {
    return (Sum) metric(series, Sum::new);
  }

  Timer timer(Series series, double[] bounds) {
    return (Timer) metric(series, () -> BucketTimer.withBounds(bounds));
  }

  Value value(Series series) {
    return (Value) metric(series, Value::new);
  }

  void supply(Series series, DoubleSupplier supplier) {
    Value value = value(series);
    value.supplier = supplier;
  }

  private Metric metric(Series series, Supplier<Metric> create) {
    Metric known = metrics.get(series);
    if (known != null) {
      return known;
    }
    AtomicInteger size = sizes.get(series.family());
    int most = series.family().labels().contains("actor") ? MOST_SERIES_OF_ACTORS : MOST_SERIES;
    Series admitted = size.get() < most ? series : series.overflow();
    return metrics.computeIfAbsent(
        admitted,
        added -> {
          size.incrementAndGet();
          byFlatName.put(added.flatName(), added);
          return registry.register(added.flatName(), create.get());
        });
  }

  /** Forgets every series with this label value. */
  void remove(String label, String value) {
    for (Series series : metrics.keySet()) {
      if (series.hasValue(label, value)) {
        metrics.computeIfPresent(
            series,
            (removed, metric) -> {
              sizes.get(removed.family()).decrementAndGet();
              registry.remove(removed.flatName());
              byFlatName.remove(removed.flatName());
              return null;
            });
      }
    }
  }

  /** A number that is set, or asked for when somebody looks. */
  static final class Value implements Gauge<Double> {
    private volatile DoubleSupplier supplier = () -> 0;

    void set(double value) {
      supplier = () -> value;
    }

    @Override
    public Double getValue() {
      try {
        return supplier.getAsDouble();
      } catch (RuntimeException unavailable) {
        // A figure that cannot be had must not cost the others.
        return Double.NaN;
      }
    }
  }

  /** A counter of fractions. */
  static final class Sum implements Gauge<Double> {
    private final DoubleAdder adder = new DoubleAdder();

    void add(double amount) {
      adder.add(amount);
    }

    @Override
    public Double getValue() {
      return adder.sum();
    }
  }
}
