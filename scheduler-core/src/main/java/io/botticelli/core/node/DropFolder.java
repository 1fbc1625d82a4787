package io.botticelli.core.node;

import io.botticelli.core.ActorServerException;
import io.botticelli.core.history.FireReceipt;
import io.botticelli.core.history.FireRequest;
import io.botticelli.core.toml.Suggestions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory into which scripts put files that fire actors.
 *
 * <p>Nodes may share it. Whoever renames a file into {@code processing} has it: a rename succeeds
 * once. The name there says since when, so that what a dead node left is taken over; the
 * idempotency key follows from the file, so that taking it twice is still one fire. Handled files
 * go to {@code done}, the others with a text that says why to {@code failed}. What lies in the
 * directory is hostile: links are never followed, names lead nowhere, sizes are bounded.
 * Thread-safe.
 */
final class DropFolder {
  private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);

  /** A file that was modified within this may not be complete. */
  static final Duration AGE = Duration.ofSeconds(1);

  /** Nobody takes that long to ask for a fire; its node is gone. */
  private static final Duration TAKEN_OVER = Duration.ofSeconds(60);

  private static final Duration KEPT = Duration.ofDays(30);

  /** One look must end, whatever somebody puts there. */
  private static final int MOST_FILES = 200;

  private static final int LARGEST_BYTES = 256 * 1024;
  private static final int LONGEST_NAME = 200;

  /** When it was taken, when it was modified, what makes the name unique, the name. */
  private static final Pattern TAKEN =
      Pattern.compile("(\\d{1,15})~(-?\\d{1,15})~([0-9a-f]{8})~(.+)", Pattern.DOTALL);

  private static final Pattern KEPT_NAME = Pattern.compile("(\\d{8}T\\d{6})-[0-9a-f]{8}-.*");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  private final Path inbox;
  private final Path processing;
  private final Path done;
  private final Path failed;
  private final Function<FireRequest, FireReceipt> fires;
  private final Clock clock;

  private DropFolder(Path inbox, Function<FireRequest, FireReceipt> fires, Clock clock) {
    this.inbox = inbox;
    this.processing = inbox.resolve("processing");
    this.done = inbox.resolve("done");
    this.failed = inbox.resolve("failed");
    this.fires = fires;
    this.clock = clock;
  }

  /**
   * Opens a drop folder; creates it and its directories when they are missing.
   *
   * @param folder absolute
   * @param elsewhere places that must not be inside it, because every file of it is moved
   * @param fires asks for a fire
   * @throws NodeException {@code setting_invalid} if it cannot be used
   */
  static DropFolder open(
      Path folder, List<Path> elsewhere, Function<FireRequest, FireReceipt> fires, Clock clock) {
    try {
      Path real = Files.createDirectories(folder).toRealPath();
      for (Path place : elsewhere) {
        Path there = Files.exists(place) ? place.toRealPath() : place.toAbsolutePath().normalize();
        if (there.startsWith(real)) {
          throw unusable(folder, "holds " + place + ", and files in it are moved", null);
        }
      }
      DropFolder opened = new DropFolder(real, fires, clock);
      for (Path below : List.of(opened.processing, opened.done, opened.failed)) {
        if (!Files.isDirectory(below, LinkOption.NOFOLLOW_LINKS)) {
          createOnce(below);
        }
      }
      return opened;
    } catch (IOException failure) {
      throw unusable(folder, "cannot be used: " + failure.getMessage(), failure);
    }
  }

  private static void createOnce(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException present) {
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(directory + " is no directory", present);
      }
    }
  }

  private static NodeException unusable(Path folder, String why, @Nullable IOException cause) {
    return new NodeException(
        "setting_invalid",
        "server.drop_folder is "
            + folder
            + ", which "
            + why
            + "; name a directory that is for this alone",
        cause);
  }

  /** Returns the directory, with links resolved. */
  Path directory() {
    return inbox;
  }

  /** Handles every file that is complete, and what a dead node has left. */
  synchronized void look() {
    try {
      for (Path file : list(inbox)) {
        take(file);
      }
      for (Path file : list(processing)) {
        takeOver(file);
      }
    } catch (IOException failure) {
      LOG.warn("the drop folder cannot be read now: {}", failure.toString());
    }
  }

  /** Deletes handled files nobody needs any more. */
  synchronized void tidy() {
    for (Path directory : List.of(done, failed)) {
      try {
        String oldest = STAMP.format(clock.instant().minus(KEPT));
        for (Path file : list(directory)) {
          Matcher name = KEPT_NAME.matcher(file.getFileName().toString());
          if (name.matches() && name.group(1).compareTo(oldest) < 0) {
            Files.deleteIfExists(file);
          }
        }
      } catch (IOException failure) {
        LOG.warn("old files of the drop folder are not deleted: {}", failure.toString());
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (files.size() == MOST_FILES) {
          break;
        }
        if (!isLeftAlone(entry.getFileName().toString())
            && !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          files.add(entry);
        }
      }
    }
    return files;
  }

  /** What writers call a file they have not finished. */
  private static boolean isLeftAlone(String name) {
    return name.startsWith(".")
        || name.endsWith("~")
        || name.endsWith(".tmp")
        || name.endsWith(".part");
  }

  private void take(Path file) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Instant modified = attributes.lastModifiedTime().toInstant();
      // A time in the future is somebody's mistake; waiting for it would be for ever.
      if (Duration.between(modified, clock.instant()).abs().compareTo(AGE) > 0) {
        claim(file, modified.toEpochMilli(), file.getFileName().toString());
      }
    } catch (NoSuchFileException taken) {
      LOG.debug("{} is taken by another node", file);
    } catch (IOException failure) {
      LOG.warn("{} in the drop folder cannot be taken now: {}", shown(file), failure.toString());
    }
  }

  private void takeOver(Path file) {
    Matcher name = TAKEN.matcher(file.getFileName().toString());
    if (!name.matches()) {
      return;
    }
    Instant since = Instant.ofEpochMilli(Long.parseLong(name.group(1)));
    if (Duration.between(since, clock.instant()).compareTo(TAKEN_OVER) < 0) {
      return;
    }
    try {
      claim(file, Long.parseLong(name.group(2)), name.group(4));
    } catch (NoSuchFileException taken) {
      LOG.debug("{} is taken by another node", file);
    } catch (IOException failure) {
      LOG.warn("{} in the drop folder cannot be taken over: {}", shown(file), failure.toString());
    }
  }

  private void claim(Path file, long modified, String name) throws IOException {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_NAME) {
      // With ours in front it would not fit into a directory.
      Path there = failed.resolve(keptName("name-too-long"));
      Files.move(file, there, StandardCopyOption.ATOMIC_MOVE);
      explain(there, "its name has " + length + " bytes, expected at most " + LONGEST_NAME);
      return;
    }
    Path mine = processing.resolve(clock.millis() + "~" + modified + "~" + random() + "~" + name);
    Files.move(file, mine, StandardCopyOption.ATOMIC_MOVE);
    handle(mine, modified, name);
  }

  private void handle(Path file, long modified, String name) throws IOException {
    FireReceipt receipt;
    try {
      receipt = fires.apply(DroppedFile.read(name, modified, read(file)).request());
    } catch (ActorServerException refused) {
      if (refused.isRetryable()) {
        LOG.warn("{} of the drop folder is tried again: {}", shown(file), refused.getMessage());
        return;
      }
      refuse(file, name, String.valueOf(refused.getMessage()));
      return;
    } catch (RuntimeException failure) {
      LOG.error("{} of the drop folder could not be handled", shown(file), failure);
      refuse(file, name, "it could not be handled; the log of the node says why");
      return;
    }
    LOG.info(
        "actor {}: fired by file {}, receipt {}",
        receipt.actor(),
        Suggestions.quote(name),
        receipt.id());
    Files.move(file, done.resolve(keptName(name)), StandardCopyOption.ATOMIC_MOVE);
  }

  private void refuse(Path file, String name, String why) throws IOException {
    Path there = failed.resolve(keptName(name));
    Files.move(file, there, StandardCopyOption.ATOMIC_MOVE);
    explain(there, why);
  }

  /** Opens what was looked at, not what a link leads to meanwhile. */
  private static byte[] read(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new DropFileException("is a link or a device, expected a plain file");
    }
    if (attributes.size() > LARGEST_BYTES) {
      throw new DropFileException(
          "has " + attributes.size() + " bytes, expected at most " + LARGEST_BYTES);
    }
    ByteBuffer content = ByteBuffer.allocate(LARGEST_BYTES + 1);
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      while (content.hasRemaining() && channel.read(content) >= 0) {
        // Until the end of the file or of the buffer.
      }
    }
    if (!content.hasRemaining()) {
      throw new DropFileException("grew while it was read, expected a complete file");
    }
    byte[] bytes = new byte[content.flip().remaining()];
    content.get(bytes);
    return bytes;
  }

  private void explain(Path file, String why) throws IOException {
    LOG.warn("{} of the drop folder is refused: {}", shown(file), why);
    Files.writeString(
        file.resolveSibling(file.getFileName() + ".reason.txt"),
        why + System.lineSeparator(),
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE_NEW);
  }

  private String keptName(String name) {
    return STAMP.format(clock.instant()) + "-" + random() + "-" + name;
  }

  private static String random() {
    return String.format(Locale.ROOT, "%08x", ThreadLocalRandom.current().nextInt());
  }

  private static String shown(Path file) {
    return Suggestions.quote(file.getFileName().toString());
  }
}
