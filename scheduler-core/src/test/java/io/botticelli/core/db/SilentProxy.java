package io.botticelli.core.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Passes bytes to the database, until it swallows those of every connection there is by then. */
public final class SilentProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  public SilentProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  public DataSource dataSource(TestDatabase database) {
    PGSimpleDataSource through = new PGSimpleDataSource();
    through.setUrl(url(database));
    return through;
  }

  /** Returns the address of a database through this. */
  public String url(TestDatabase database) {
    return database.jdbcUrl().replace(":" + target + "/", ":" + server.getLocalPort() + "/");
  }

  /** From now on nothing passes on the present connections, and nothing says so. */
  public void swallow() {
    links.forEach(link -> link.swallowing = true);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
        links.add(link);
        threads.execute(() -> link.pump(link.client, link.database));
        threads.execute(() -> link.pump(link.database, link.client));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Link link : links) {
      link.client.close();
      link.database.close();
    }
    threads.shutdownNow();
  }

  private static final class Link {
    private final Socket client;
    private final Socket database;
    private volatile boolean swallowing;

    Link(Socket client, Socket database) {
      this.client = client;
      this.database = database;
    }

    void pump(Socket from, Socket to) {
      try (InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (!swallowing) {
            out.write(buffer, 0, read);
            out.flush();
          }
        }
      } catch (IOException closed) {
        // Either side went away.
      }
    }
  }
}
