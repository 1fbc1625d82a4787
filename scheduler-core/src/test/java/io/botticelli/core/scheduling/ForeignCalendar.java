package io.botticelli.core.scheduling;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.quartz.impl.calendar.BaseCalendar;

/** A serialized object that must never be read back: reading it would run its code. */
public final class ForeignCalendar extends BaseCalendar {
  private static final long serialVersionUID = 1L;

  static final AtomicInteger READ = new AtomicInteger();

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    READ.incrementAndGet();
    in.defaultReadObject();
  }
}
