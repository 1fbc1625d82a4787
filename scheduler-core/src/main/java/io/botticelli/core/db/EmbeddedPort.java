package io.botticelli.core.db;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port on loopback that the embedded server gets. */
final class EmbeddedPort {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPort.class);

  private EmbeddedPort() {}

  /** Keeps the port of the last start so that bookmarks and tools still find the server. */
  static int choose(EmbeddedFiles files) throws IOException {
    Optional<Integer> remembered = files.rememberedPort();
    if (remembered.isPresent()) {
      try (ServerSocket free = new ServerSocket(remembered.get(), 1, loopback())) {
        return free.getLocalPort();
      } catch (IOException taken) {
        LOG.warn(
            "port {} of the embedded database is taken by another program; choosing another one",
            remembered.get());
      }
    }
    try (ServerSocket free = new ServerSocket(0, 1, loopback())) {
      return free.getLocalPort();
    } catch (IOException none) {
      throw new DatabaseUnavailableException(
          "no port on 127.0.0.1 can be opened for the embedded database ("
              + none.getMessage()
              + "); allow it, or use an external database with DATABASE_URL",
          none);
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }
}
