package io.botticelli.core.media.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns a host name or a written address into addresses. */
@FunctionalInterface
interface HostResolver {
  /** Asks the resolver of the operating system. */
  HostResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  List<InetAddress> resolve(String host) throws UnknownHostException;
}
