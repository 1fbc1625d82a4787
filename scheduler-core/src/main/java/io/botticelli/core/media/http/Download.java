package io.botticelli.core.media.http;

import io.botticelli.core.media.MediaException;
import io.botticelli.core.media.UrlMedia.Fetched;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/** One download with its redirects. Runs once; {@link #cancel} may come from any thread. */
final class Download implements Callable<Fetched> {
  private static final int MAX_REDIRECTS = 3;
  private static final String REFUSED = "media_refused";
  private static final String UNAVAILABLE = "media_unavailable";

  private final OkHttpClient client;
  private final HostResolver resolver;
  private final HttpMediaSettings settings;
  private final HttpUrl start;
  private volatile boolean cancelled;
  private volatile @Nullable Call current;

  Download(OkHttpClient client, HostResolver resolver, HttpMediaSettings settings, HttpUrl start) {
    this.client = client;
    this.resolver = resolver;
    this.settings = settings;
    this.start = start;
  }

  @Override
  public Fetched call() {
    HttpUrl address = start;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      List<InetAddress> checked = check(address);
      Call call =
          client
              .newBuilder()
              .dns(host -> checked)
              .build()
              .newCall(
                  new Request.Builder()
                      .url(address)
                      .header("User-Agent", "botticelli-scheduler")
                      .build());
      current = call;
      if (cancelled) {
        call.cancel();
      }
      try (Response response = call.execute()) {
        if (!response.isRedirect()) {
          return read(address, response);
        }
        address = next(address, response);
      } catch (IOException failure) {
        throw MediaException.passing(
            UNAVAILABLE, "media from " + shown(address) + " cannot be read: " + failure, failure);
      }
    }
    throw MediaException.permanent(
        REFUSED,
        "media from "
            + shown(start)
            + " redirects more than "
            + MAX_REDIRECTS
            + " times; write the address it leads to",
        null);
  }

  /** Gives up; the call that runs ends with an error at once. */
  void cancel() {
    cancelled = true;
    Call call = current;
    if (call != null) {
      call.cancel();
    }
  }

  /** Returns what messages may show of an address: the rest may hold secrets. */
  static String shown(HttpUrl address) {
    return address.scheme() + "://" + address.host();
  }

  private List<InetAddress> check(HttpUrl address) {
    String host = address.host();
    if (!settings.allows(host)) {
      throw MediaException.permanent(
          REFUSED,
          "media from "
              + shown(address)
              + " is not fetched, because media.allowed_hosts does not list the host; add it there",
          null);
    }
    List<InetAddress> found;
    try {
      found = resolver.resolve(host);
    } catch (UnknownHostException unknown) {
      throw MediaException.passing(
          UNAVAILABLE, "media host of " + shown(address) + " is not known to DNS", unknown);
    }
    if (!settings.allowPrivateAddresses() && !found.stream().allMatch(PublicAddresses::contains)) {
      throw MediaException.permanent(
          REFUSED,
          "media from "
              + shown(address)
              + " is not fetched, because the host has an address outside the public internet; if"
              + " that is meant, set media.allow_private_addresses = true",
          null);
    }
    return found;
  }

  private static HttpUrl next(HttpUrl address, Response response) {
    HttpUrl target =
        Optional.ofNullable(response.header("Location")).map(address::resolve).orElse(null);
    if (target == null) {
      throw MediaException.permanent(
          REFUSED,
          "media from " + shown(address) + " redirects to something that is not http or https",
          null);
    }
    if (address.isHttps() && !target.isHttps()) {
      throw MediaException.permanent(
          REFUSED,
          "media from " + shown(address) + " redirects from https to http, which is not followed",
          null);
    }
    return target;
  }

  private Fetched read(HttpUrl address, Response response) throws IOException {
    int status = response.code();
    if (!response.isSuccessful()) {
      String message = "media from " + shown(address) + " was answered with HTTP " + status;
      throw status >= 500 || status == 408 || status == 429
          ? MediaException.passing(UNAVAILABLE, message, null)
          : MediaException.permanent("media_rejected", message + "; check the address", null);
    }
    ResponseBody body = response.body();
    if (body == null) {
      return new Fetched(new byte[0], Optional.empty());
    }
    int limit = settings.maxBytes();
    // Length as sent, before any decompression; what comes out of it is counted below.
    if (body.contentLength() > limit) {
      throw tooLarge(address, limit);
    }
    try (InputStream in = body.byteStream()) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw tooLarge(address, limit);
      }
      return new Fetched(bytes, Optional.ofNullable(response.header("Content-Type")));
    }
  }

  private static MediaException tooLarge(HttpUrl address, int limit) {
    return MediaException.permanent(
        "media_too_large",
        "media from " + shown(address) + " is larger than " + limit + " bytes; use a smaller one",
        null);
  }
}
