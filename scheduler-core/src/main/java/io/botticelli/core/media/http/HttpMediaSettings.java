package io.botticelli.core.media.http;

import io.botticelli.core.media.MediaSources;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What media may be fetched.
 *
 * @param allowPrivateAddresses true: hosts may be in loopback, private and other addresses that are
 *     not of the public internet
 * @param allowedHosts the only hosts that are visited, {@code *.example.org} for all below a
 *     domain; empty = every host
 * @param timeout of one input, redirects and the resolving of names included
 * @param maxBytes most bytes of one input, at least 1
 */
public record HttpMediaSettings(
    boolean allowPrivateAddresses, List<String> allowedHosts, Duration timeout, int maxBytes) {
  public HttpMediaSettings {
    allowedHosts = allowedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
  }

  /** Settings with the usual limits, 30 s and 20 MiB. */
  public static HttpMediaSettings of(boolean allowPrivateAddresses, List<String> allowedHosts) {
    return new HttpMediaSettings(
        allowPrivateAddresses, allowedHosts, Duration.ofSeconds(30), MediaSources.MAX_BYTES);
  }

  boolean allows(String host) {
    return allowedHosts.isEmpty()
        || allowedHosts.stream()
            .anyMatch(
                allowed ->
                    allowed.startsWith("*.")
                        ? host.endsWith(allowed.substring(1))
                        : host.equals(allowed));
  }
}
