package io.botticelli.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.botticelli.core.db.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.quartz.Calendar;
import org.quartz.impl.calendar.DailyCalendar;

@Tag("db")
class BlobFilterDbTest {
  private final TestDatabase database = TestDatabase.fresh();

  private void storeCalendar(Calendar calendar) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(calendar);
    }
    database.execute(
        "INSERT INTO qrtz_calendars VALUES ('botticelli', 'hours', decode('"
            + HexFormat.of().formatHex(bytes.toByteArray())
            + "', 'hex'))",
        "UPDATE qrtz_triggers SET calendar_name = 'hours' WHERE job_name = 'poster'");
  }

  @Test
  void neverReadsAForeignObjectFromTheCalendars() throws Exception {
    try (TestNode node = new TestNode(database)) {
      node.agree(
          "v1",
          TestNode.actor("poster", TestNode.every(Duration.ofSeconds(1))),
          TestNode.actor("other", TestNode.every(Duration.ofSeconds(1))));
      storeCalendar(new ForeignCalendar());

      node.scheduler.beginFiring();

      await().atMost(Duration.ofSeconds(20)).until(() -> node.executions("other").size() >= 3);
      assertThat(ForeignCalendar.READ).as("I7: nothing foreign is deserialised").hasValue(0);
      assertThat(node.executions("poster")).isEmpty();
    }
  }

  @Test
  void stillReadsQuartzsOwnCalendars() throws Exception {
    try (TestNode node = new TestNode(database)) {
      node.agree("v1", TestNode.actor("poster", TestNode.every(Duration.ofSeconds(1))));
      DailyCalendar allDay = new DailyCalendar("00:00:00:000", "00:00:00:001");
      storeCalendar(allDay);

      node.scheduler.beginFiring();

      await().atMost(Duration.ofSeconds(20)).until(() -> node.executions("poster").size() >= 2);
    }
  }
}
