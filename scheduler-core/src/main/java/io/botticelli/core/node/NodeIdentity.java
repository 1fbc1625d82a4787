package io.botticelli.core.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** By which name a process is known to the other nodes. */
final class NodeIdentity {
  private static final int LONGEST_HOST = 60;

  private NodeIdentity() {}

  /** Readable, and unique also when a name is given twice: host or name, process, random. */
  static String nodeId(NodeSettings settings) {
    Optional<String> given = settings.environment().find("BOTTICELLI_NODE_ID");
    String name = given.orElseGet(NodeIdentity::host).replaceAll("[^A-Za-z0-9._-]", "-");
    String shown = name.length() > LONGEST_HOST ? name.substring(0, LONGEST_HOST) : name;
    String random =
        String.format(Locale.ROOT, "%04x", ThreadLocalRandom.current().nextInt(0x10000));
    return shown + "-" + ProcessHandle.current().pid() + "-" + random;
  }

  /** Returns the name of this machine, {@code node} when it has none. */
  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "node";
    }
  }
}
