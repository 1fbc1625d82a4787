package io.botticelli.core.scheduling;

import java.io.ObjectInputFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps foreign classes out of what Quartz deserialises. {@code useProperties} covers job data
 * only: {@code qrtz_calendars} and {@code qrtz_blob_triggers} still go through Java serialization
 * (PostgreSQLDelegate), so whoever may write these tables could otherwise run code on every node.
 *
 * <p>The JDK offers one filter for the whole process. The packages of remote management stay
 * allowed, so that a local JMX console works.
 */
final class BlobFilter {
  private static final Logger LOG = LoggerFactory.getLogger(BlobFilter.class);

  private static final String ALLOWED =
      "maxdepth=32;maxarray=100000;maxbytes=4000000;"
          + "java.lang.*;java.util.*;java.math.*;java.time.*;sun.util.calendar.*;"
          + "org.quartz.impl.calendar.*;"
          + ActiveCalendar.class.getName()
          + ";"
          + "java.rmi.**;sun.rmi.**;javax.management.**;java.net.*;!*";

  private BlobFilter() {}

  /** Installs the filter once; one the operator configured ({@code jdk.serialFilter}) stays. */
  static void install() {
    synchronized (BlobFilter.class) {
      if (ObjectInputFilter.Config.getSerialFilter() == null) {
        ObjectInputFilter.Config.setSerialFilter(ObjectInputFilter.Config.createFilter(ALLOWED));
        LOG.debug("serialized objects from the database are limited to calendars");
      }
    }
  }
}
