package io.botticelli.core.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/** The basics of the JVM and its process, under the names Prometheus' dashboards know. */
final class JvmMetrics {
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;

  private JvmMetrics() {}

  static List<MetricSnapshot> snapshots() {
    List<MetricSnapshot> snapshots = new ArrayList<>();
    addMemory(snapshots);
    addThreads(snapshots);
    addCollections(snapshots);
    addProcess(snapshots);
    return snapshots;
  }

  private static void addMemory(List<MetricSnapshot> snapshots) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    MemoryUsage other = memory.getNonHeapMemoryUsage();
    snapshots.add(
        byArea("jvm_memory_used_bytes", "Memory in use", heap.getUsed(), other.getUsed()));
    snapshots.add(
        byArea(
            "jvm_memory_committed_bytes",
            "Memory taken from the system",
            heap.getCommitted(),
            other.getCommitted()));
    snapshots.add(byArea("jvm_memory_max_bytes", "Most memory", heap.getMax(), other.getMax()));
  }

  private static MetricSnapshot byArea(String name, String help, double heap, double nonHeap) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(point(heap, Labels.of("area", "heap")))
        .dataPoint(point(nonHeap, Labels.of("area", "nonheap")))
        .build();
  }

  private static void addThreads(List<MetricSnapshot> snapshots) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    snapshots.add(gauge("jvm_threads_current", "Live threads", threads.getThreadCount()));
    snapshots.add(
        gauge("jvm_threads_daemon", "Live daemon threads", threads.getDaemonThreadCount()));
  }

  private static void addCollections(List<MetricSnapshot> snapshots) {
    CounterSnapshot.Builder count =
        CounterSnapshot.builder().name("jvm_gc_collections").help("Garbage collections");
    CounterSnapshot.Builder time =
        CounterSnapshot.builder().name("jvm_gc_seconds").help("Time spent collecting garbage");
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      Labels labels = Labels.of("gc", collector.getName());
      count.dataPoint(counted(Math.max(0, collector.getCollectionCount()), labels));
      time.dataPoint(
          counted(Math.max(0, collector.getCollectionTime()) / MILLIS_PER_SECOND, labels));
    }
    snapshots.add(count.build());
    snapshots.add(time.build());
  }

  private static void addProcess(List<MetricSnapshot> snapshots) {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    snapshots.add(
        gauge(
            "process_start_time_seconds",
            "When the process started, seconds since 1970",
            runtime.getStartTime() / MILLIS_PER_SECOND));
    snapshots.add(
        gauge(
            "process_uptime_seconds",
            "Age of the process",
            runtime.getUptime() / MILLIS_PER_SECOND));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      snapshots.add(
          CounterSnapshot.builder()
              .name("process_cpu_seconds")
              .help("Processor time used")
              .dataPoint(
                  counted(Math.max(0, unix.getProcessCpuTime()) / NANOS_PER_SECOND, Labels.EMPTY))
              .build());
      snapshots.add(gauge("process_open_fds", "Open files", unix.getOpenFileDescriptorCount()));
      snapshots.add(gauge("process_max_fds", "Most open files", unix.getMaxFileDescriptorCount()));
    }
  }

  private static MetricSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(point(value, Labels.EMPTY))
        .build();
  }

  private static GaugeDataPointSnapshot point(double value, Labels labels) {
    return new GaugeDataPointSnapshot(value, labels, null);
  }

  private static CounterDataPointSnapshot counted(double value, Labels labels) {
    return new CounterDataPointSnapshot(value, labels, null, 0);
  }
}
