package io.botticelli.core.toml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Source files on the local disk. Stateless; every call reads the disk anew. Thread-safe. */
public final class DiskSourceFiles implements SourceFiles {
  private final Path base;
  private final Optional<Path> contextPath;
  private final Path workingDirectory;

  /**
   * @param base directory paths are relative to
   * @param contextPath second place of the lookup, or empty
   * @param workingDirectory last place of the lookup
   */
  public DiskSourceFiles(Path base, Optional<Path> contextPath, Path workingDirectory) {
    this.base = base.toAbsolutePath().normalize();
    this.contextPath = contextPath.map(path -> path.toAbsolutePath().normalize());
    this.workingDirectory = workingDirectory.toAbsolutePath().normalize();
  }

  @Override
  public Optional<String> readText(String path) {
    Optional<byte[]> bytes = read(path, MAX_TEXT_BYTES);
    return bytes.map(content -> decode(path, content));
  }

  @Override
  public Optional<byte[]> readBytes(String path) {
    return read(path, MAX_MEDIA_BYTES);
  }

  @Override
  public boolean exists(String path) {
    return locate(path).filter(Files::isRegularFile).isPresent();
  }

  @Override
  public Optional<String> search(String directory, String fileName) {
    Optional<Path> start = locate(directory);
    if (start.isEmpty() || !SourceLookup.isBare(fileName)) {
      return Optional.empty();
    }
    Deque<Path> waiting = new ArrayDeque<>();
    waiting.add(start.get());
    int left = MAX_SEARCHED;
    while (!waiting.isEmpty()) {
      List<Path> entries = list(waiting.removeFirst(), left);
      left -= entries.size();
      if (left < 0) {
        // A cut listing has no defined order; a hit in it would differ from node to node.
        return Optional.empty();
      }
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.equals(fileName)
            && Files.isRegularFile(entry)
            && real(entry).startsWith(real(start.get()))) {
          return Optional.of(key(entry));
        }
        // Links are not followed: they may lead above the root or in a circle.
        if (SourcePaths.isSearched(name) && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          waiting.addLast(entry);
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public List<String> lookupRoots(String file) {
    Set<String> roots = new LinkedHashSet<>();
    locate(file).map(Path::getParent).ifPresent(directory -> roots.add(key(directory)));
    contextPath.ifPresent(directory -> roots.add(key(directory)));
    roots.add(key(workingDirectory));
    return List.copyOf(roots);
  }

  /** A link that leads out is as good as a path that does. */
  @Override
  public boolean isWithin(String path, List<String> directories) {
    Optional<Path> file = locate(path);
    List<Path> roots = directories.stream().map(this::locate).flatMap(Optional::stream).toList();
    return file.filter(found -> roots.stream().anyMatch(found::startsWith)).isPresent()
        && file.map(DiskSourceFiles::real)
            .filter(found -> roots.stream().map(DiskSourceFiles::real).anyMatch(found::startsWith))
            .isPresent();
  }

  /** Returns where a path leads when links are followed; of one that does not exist, itself. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      Path parent = path.getParent();
      return parent == null ? path : real(parent).resolve(path.getFileName());
    }
  }

  @Override
  public String resolve(String directory, String reference) {
    String plain = SourcePaths.resolve(directory, reference);
    return locate(plain).map(this::key).orElse(plain);
  }

  /** Returns the normalised path of a file or directory on this disk. */
  public String key(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    Path shown = absolute.startsWith(base) ? base.relativize(absolute) : absolute;
    return shown.toString().replace('\\', '/');
  }

  private Optional<Path> locate(String path) {
    try {
      return Optional.of(base.resolve(path).normalize());
    } catch (InvalidPathException e) {
      // Text such as a name with a NUL character cannot name a file, so there is none.
      return Optional.empty();
    }
  }

  private static List<Path> list(Path directory, int limit) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path entry : stream) {
        entries.add(entry);
        if (entries.size() > limit) {
          break;
        }
      }
    } catch (AccessDeniedException | NoSuchFileException | NotDirectoryException e) {
      // Holds nothing that could be read; the lookup goes on elsewhere and names the places tried.
      return List.of();
    } catch (IOException e) {
      throw new SourceFileException(
          "%s cannot be listed: %s".formatted(directory, e.getMessage()), e);
    }
    entries.sort(Comparator.comparing(entry -> entry.getFileName().toString()));
    return entries;
  }

  private Optional<byte[]> read(String path, int limit) {
    Optional<Path> file = locate(path).filter(Files::isRegularFile);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file.get())) {
      byte[] content = in.readNBytes(limit + 1);
      if (content.length > limit) {
        throw new SourceFileException(
            "%s is larger than %d bytes, the limit for this kind of file".formatted(path, limit),
            null);
      }
      return Optional.of(content);
    } catch (NoSuchFileException e) {
      // Removed since the check above: the same as never having been there.
      return Optional.empty();
    } catch (IOException e) {
      throw new SourceFileException("%s cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static String decode(String path, byte[] content) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(content))
          .toString();
    } catch (CharacterCodingException e) {
      throw new SourceFileException(path + " is not UTF-8 text; save it as UTF-8", e);
    }
  }
}
