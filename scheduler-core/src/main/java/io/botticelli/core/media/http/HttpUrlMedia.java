package io.botticelli.core.media.http;

import io.botticelli.core.media.MediaException;
import io.botticelli.core.media.UrlMedia;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * Fetches media by HTTP. Thread-safe; a download runs on a thread of its own, so that the caller
 * can give up at any moment.
 */
public final class HttpUrlMedia implements UrlMedia {
  private final HttpMediaSettings settings;
  private final HostResolver resolver;
  private final OkHttpClient client;
  private final ExecutorService downloads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "media-download");
            thread.setDaemon(true);
            return thread;
          });

  public HttpUrlMedia(HttpMediaSettings settings) {
    this(settings, HostResolver.SYSTEM);
  }

  HttpUrlMedia(HttpMediaSettings settings, HostResolver resolver) {
    this.settings = settings;
    this.resolver = resolver;
    // A proxy would resolve names by itself, unchecked. A kept connection would outlive its check.
    this.client =
        new OkHttpClient.Builder()
            .proxy(java.net.Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.NANOSECONDS))
            .callTimeout(settings.timeout())
            .readTimeout(settings.timeout())
            .build();
  }

  @Override
  public Fetched fetch(String url) {
    HttpUrl address = HttpUrl.parse(url);
    if (address == null) {
      throw MediaException.permanent(
          "media_refused", "media url is no http or https address; write https://HOST/PATH", null);
    }
    Download download = new Download(client, resolver, settings, address);
    Future<Fetched> result = downloads.submit(download);
    try {
      return result.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw MediaException.passing(
          "media_unavailable",
          "media from "
              + Download.shown(address)
              + " did not arrive within "
              + settings.timeout().toSeconds()
              + " s",
          late);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw MediaException.passing(
          "media_interrupted",
          "interrupted while media came from " + Download.shown(address),
          stop);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof MediaException known) {
        throw known;
      }
      throw new IllegalStateException("a download failed unexpectedly", failure.getCause());
    } finally {
      download.cancel();
      result.cancel(true);
    }
  }
}
