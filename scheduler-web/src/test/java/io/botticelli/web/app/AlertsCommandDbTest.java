package io.botticelli.web.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.alert.ReceivingServer;
import io.botticelli.core.db.TestDatabase;
import io.botticelli.web.app.CommandRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("db")
class AlertsCommandDbTest {
  @TempDir private Path directory;

  @Test
  void triesAChannelAndShowsWhatBecameOfIt() throws IOException {
    TestDatabase database = TestDatabase.fresh();
    try (ReceivingServer receiver = new ReceivingServer()) {
      Files.writeString(
          directory.resolve("actor_server.toml"),
          """
          [alerts.channels.ops]
          type = "webhook"
          url = "${OPS_URL}"
          """);
      CommandRun here =
          CommandRun.in(directory)
              .on(database)
              .with("OPS_URL", receiver.address() + "/hook?token=t0psecret");
      receiver.answer(204, Map.of()).answer(403, Map.of());

      Result taken = here.run("alerts", "test", "ops", "--json");
      Result refused = here.run("alerts", "test", "ops");
      Result unknown = here.run("alerts", "test", "opps");
      Result messages = here.run("alerts", "messages", "--json");
      Result none = here.run("alerts", "list");

      assertThat(taken.code()).as(taken.everything()).isZero();
      assertThat(taken.json().path("state").asText()).isEqualTo("delivered");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.out()).contains("waiting, webhook ops answered HTTP 403; check its key");
      assertThat(unknown.code()).isEqualTo(1);
      assertThat(unknown.err()).contains("[alerts.channels.opps]", "expected one of ops");
      JsonNode items = messages.json().path("items");
      assertThat(items).hasSize(2);
      assertThat(items.get(0).path("event").asText()).isEqualTo("test");
      assertThat(none.out()).contains("No alerts.");
      assertThat(refused.everything() + messages.everything()).doesNotContain("t0psecret");
    }
  }
}
