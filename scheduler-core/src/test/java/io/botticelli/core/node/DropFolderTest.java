package io.botticelli.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.FireReceipt;
import io.botticelli.core.history.FireRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropFolderTest {
  private static final Instant NOW = Instant.parse("2026-01-05T09:00:00Z");

  @TempDir private Path directory;
  private final List<FireRequest> fires = new CopyOnWriteArrayList<>();
  private final Time time = new Time();
  private Path inbox;
  private DropFolder folder;

  @BeforeEach
  void open() {
    inbox = directory.resolve("inbox");
    folder = open(this::fire);
  }

  @Test
  void aFileFiresTheActorItIsCalledAfter() throws IOException {
    drop("poster.fire", "");
    drop("poster@second.json", "{\"params\": {\"topic\": \"rain\", \"n\": 3, \"ok\": true}}");

    folder.look();

    assertThat(fires)
        .extracting(FireRequest::parameters)
        .containsExactlyInAnyOrder(Map.of(), Map.of("topic", "rain", "n", "3", "ok", "true"));
    assertThat(fires)
        .allSatisfy(
            fire -> {
              assertThat(fire.actor()).isEqualTo(new ActorName("poster"));
              assertThat(fire.force()).as("a pause counts").isFalse();
              assertThat(fire.by()).isEqualTo("drop folder");
            });
    assertThat(names("done")).hasSize(2);
    assertThat(names("failed")).isEmpty();
    assertThat(names("processing")).isEmpty();
  }

  @Test
  void ofManyNodesOneTakesAFile() throws Exception {
    List<Callable<String>> nodes = new ArrayList<>();
    for (int node = 0; node < 8; node++) {
      DropFolder other = open(this::fire);
      nodes.add(
          () -> {
            other.look();
            return "";
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    for (int file = 0; file < 100; file++) {
      drop("poster@" + file + ".fire", "");
    }

    for (Future<String> look : threads.invokeAll(nodes)) {
      look.get();
    }
    threads.shutdown();

    assertThat(fires).hasSize(100);
    assertThat(fires)
        .extracting(fire -> fire.idempotencyKey().orElseThrow())
        .doesNotHaveDuplicates();
    assertThat(names("done")).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "poster.json|{",
        "poster.json|[]",
        "poster.json|",
        "poster.json|{\"params\": {}} {}",
        "poster.json|{\"params\": {\"a\": {}}}",
        "poster.json|{\"params\": {\"a\": null}}",
        "poster.json|{\"params\": {\"a\": 1, \"a\": 2}}",
        "poster.json|{\"params\": {\"a b\": \"1\"}}",
        "poster.json|{\"force\": true}",
        "poster.json|{\"params\": 1}",
        "poster.fire|topic=rain",
        "poster.txt|",
        "poster|",
        "-poster.fire|",
        "po ster.fire|",
        "@x.fire|",
        "unknown.fire|"
      })
  void whatCannotBeDoneIsPutAsideWithTheReason(String dropped) throws IOException {
    int bar = dropped.indexOf('|');
    drop(dropped.substring(0, bar), dropped.substring(bar + 1));

    folder.look();

    assertThat(fires).isEmpty();
    assertThat(names("failed")).hasSize(2).anyMatch(name -> name.endsWith(".reason.txt"));
    assertThat(reason()).isNotBlank().doesNotContain("rain");
    assertThat(names("done")).isEmpty();
  }

  @Test
  void linksAreNeverFollowed() throws IOException {
    Path secret =
        Files.writeString(directory.resolve("secret"), "{\"params\": {\"a\": \"secret\"}}");
    Files.createDirectories(inbox);
    Files.createSymbolicLink(inbox.resolve("poster.json"), secret);
    age(inbox.resolve("poster.json"));

    folder.look();

    assertThat(fires).isEmpty();
    assertThat(reason()).contains("is a link").doesNotContain("secret");
    assertThat(Files.readString(secret)).contains("secret");
  }

  @Test
  void aDirectoryThatIsALinkIsRefused() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.createSymbolicLink(other.resolve("done"), elsewhere);

    assertThatThrownBy(() -> DropFolder.open(other, List.of(), this::fire, time))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("server.drop_folder");
  }

  @Test
  void aFolderThatHoldsTheWorkingSetIsRefused() {
    assertThatThrownBy(
            () ->
                DropFolder.open(
                    directory, List.of(directory.resolve("server.toml")), this::fire, time))
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("server.toml");
  }

  @Test
  void largeFilesAreNotRead() throws IOException {
    drop("poster.json", " ".repeat(300_000));

    folder.look();

    assertThat(reason()).contains("300000 bytes");
  }

  @Test
  void filesThatAreBeingWrittenAreLeftAlone() throws IOException {
    Files.createDirectories(inbox);
    for (String name :
        List.of(".poster.fire", "poster.fire.tmp", "poster.fire.part", "poster.fire~")) {
      drop(name, "");
    }
    Files.writeString(inbox.resolve("poster.json"), "{");
    Files.setLastModifiedTime(inbox.resolve("poster.json"), FileTime.from(time.instant()));

    folder.look();

    assertThat(fires).isEmpty();
    assertThat(names("failed")).isEmpty();
    assertThat(names("")).hasSize(5);
  }

  @Test
  void whatADeadNodeHasLeftIsTakenOverWithTheSameKey() throws IOException {
    List<FireRequest> seen = new ArrayList<>();
    DropFolder dying =
        open(
            request -> {
              seen.add(request);
              throw new StoreAwayException();
            });
    drop("poster.fire", "");
    dying.look();
    assertThat(names("processing")).hasSize(1);

    folder.look();
    assertThat(fires).as("its node may still be at it").isEmpty();
    time.now = time.now.plusSeconds(61);
    folder.look();

    assertThat(fires).hasSize(1);
    assertThat(fires.get(0).idempotencyKey()).isEqualTo(seen.get(0).idempotencyKey());
    assertThat(names("processing")).isEmpty();
  }

  @Test
  void theSameFileLaterIsAnotherWishButACopyOfItIsNot() throws IOException {
    drop("poster.fire", "");
    folder.look();
    drop("poster.fire", "");
    folder.look();
    time.now = time.now.plusSeconds(10);
    drop("poster.fire", "");
    folder.look();

    List<String> keys = fires.stream().map(fire -> fire.idempotencyKey().orElseThrow()).toList();
    assertThat(keys.get(1)).isEqualTo(keys.get(0));
    assertThat(keys.get(2)).isNotEqualTo(keys.get(0));
  }

  @Test
  void handledFilesAreDeletedAfterAMonth() throws IOException {
    drop("poster.fire", "");
    drop("wrong.txt", "");
    folder.look();
    time.now = time.now.plus(Duration.ofDays(29));
    folder.tidy();
    assertThat(names("done")).hasSize(1);

    time.now = time.now.plus(Duration.ofDays(2));
    folder.tidy();

    assertThat(names("done")).isEmpty();
    assertThat(names("failed")).isEmpty();
  }

  private DropFolder open(Function<FireRequest, FireReceipt> fire) {
    return DropFolder.open(directory.resolve("inbox"), List.of(), fire, time);
  }

  private FireReceipt fire(FireRequest request) {
    if (request.actor().value().equals("unknown")) {
      throw new DropFileException("there is no actor unknown");
    }
    fires.add(request);
    return new FireReceipt(
        "r" + fires.size(),
        request.actor(),
        request.idempotencyKey(),
        request.by(),
        NOW,
        request.parameters(),
        request.force(),
        Optional.empty(),
        Optional.empty());
  }

  private void drop(String name, String content) throws IOException {
    Files.createDirectories(inbox);
    Files.writeString(inbox.resolve(name), content);
    age(inbox.resolve(name));
  }

  private void age(Path file) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      Files.setLastModifiedTime(file, FileTime.from(time.instant().minusSeconds(10)));
    }
  }

  private String reason() {
    try (Stream<Path> files = Files.list(inbox.resolve("failed"))) {
      return Files.readString(
          files.filter(file -> file.toString().endsWith(".reason.txt")).findFirst().orElseThrow());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private List<String> names(String below) {
    try (Stream<Path> files = Files.list(inbox.resolve(below))) {
      return files
          .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> file.getFileName().toString())
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static final class StoreAwayException extends io.botticelli.core.ActorServerException {
    private static final long serialVersionUID = 1L;

    StoreAwayException() {
      super("store_away", "the database is away", null);
    }

    @Override
    public boolean isRetryable() {
      return true;
    }
  }

  private static final class Time extends Clock {
    private volatile Instant now = NOW;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
