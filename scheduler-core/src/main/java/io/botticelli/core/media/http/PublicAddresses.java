package io.botticelli.core.media.http;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Tells the addresses of the public internet from all others: loopback, private, link-local,
 * shared, multicast, documentation and reserved ones (RFC 6890 and its successors). Pure.
 */
final class PublicAddresses {
  private PublicAddresses() {}

  static boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isPublic4(bytes, 0) : isPublic6(bytes);
  }

  private static boolean isPublic4(byte[] b, int at) {
    int first = b[at] & 0xFF;
    int second = b[at + 1] & 0xFF;
    int third = b[at + 2] & 0xFF;
    return switch (first) {
      case 0, 10, 127 -> false;
      case 100 -> second < 64 || second > 127;
      case 169 -> second != 254;
      case 172 -> second < 16 || second > 31;
      case 192 ->
          second != 168
              && !(second == 0 && (third == 0 || third == 2))
              && !(second == 88 && third == 99);
      case 198 -> second != 18 && second != 19 && !(second == 51 && third == 100);
      case 203 -> !(second == 0 && third == 113);
      default -> first < 224;
    };
  }

  /** Only what is routed globally; the tunnels lead to the IPv4 address they carry. */
  private static boolean isPublic6(byte[] b) {
    if (startsWith(b, 0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0)) {
      return isPublic4(b, 12);
    }
    if (startsWith(b, 0x20, 0x02)) {
      return isPublic4(b, 2);
    }
    boolean global = (b[0] & 0xE0) == 0x20;
    // 2001:0::/23 holds Teredo, benchmarking and other protocol addresses.
    boolean protocol = startsWith(b, 0x20, 0x01) && (b[2] & 0xFE) == 0;
    boolean documentation =
        startsWith(b, 0x20, 0x01, 0x0D, 0xB8) || startsWith(b, 0x3F, 0xFF) && (b[2] & 0xF0) == 0;
    return global && !protocol && !documentation;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xFF) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
