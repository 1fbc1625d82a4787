package io.botticelli.core.security;

import java.net.IDN;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The links of a text and where they lead.
 *
 * <p>Where programs read an address differently, every reading counts: user names before the host,
 * back slashes, brackets of Markdown, escaped and international names, dots at the end.
 *
 * @param count how many there are
 * @param hosts every host one of them may lead to, in ASCII, lower-case, without dots at the end
 * @param unreadable true when the host of one is no host name
 */
record Links(int count, Set<String> hosts, boolean unreadable) {
  private static final Pattern SCHEME =
      Pattern.compile("https?:[/\\\\]{2,}", Pattern.CASE_INSENSITIVE);

  /** Shown as an invitation even without a scheme. */
  private static final Pattern INVITE =
      Pattern.compile(
          "(?:^|[^\\w./@-])(discord\\.gg|discord(?:app)?\\.com)/\\w", Pattern.CASE_INSENSITIVE);

  private static final String AUTHORITY_ENDS = "/\\?#<>\"`";
  private static final String MARKDOWN_ENDS = ")]|*~,';!";

  /** No host name is longer; what is cannot be opened. */
  private static final int LONGEST_HOST = 253;

  Links {
    hosts = Set.copyOf(hosts);
  }

  /** Finds the links of a text that has been made visible. */
  static Links in(String text) {
    Set<String> hosts = new LinkedHashSet<>();
    int count = 0;
    boolean unreadable = false;
    Matcher scheme = SCHEME.matcher(text);
    while (scheme.find()) {
      count++;
      String whole = until(text, scheme.end(), AUTHORITY_ENDS);
      Optional<String> shown = host(until(whole, 0, MARKDOWN_ENDS));
      Optional<String> read = host(whole);
      shown.ifPresent(hosts::add);
      read.ifPresent(hosts::add);
      unreadable |= shown.isEmpty();
    }
    Matcher invite = INVITE.matcher(text);
    while (invite.find()) {
      count++;
      hosts.add(invite.group(1).toLowerCase(Locale.ROOT));
    }
    return new Links(count, hosts, unreadable);
  }

  /** Tells whether a host is a domain or below it. */
  static boolean isBelow(String host, String domain) {
    return host.equals(domain) || host.endsWith("." + domain);
  }

  private static String until(String text, int start, String ends) {
    int end = start;
    while (end < text.length()
        && !Character.isWhitespace(text.charAt(end))
        && ends.indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return text.substring(start, end);
  }

  private static Optional<String> host(String authority) {
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    host = host.replaceFirst(":[0-9]*$", "");
    try {
      if (host.indexOf('%') >= 0) {
        host = HostileText.visible(URLDecoder.decode(host, StandardCharsets.UTF_8));
      }
      if (host.length() > LONGEST_HOST) {
        return Optional.empty();
      }
      String ascii =
          IDN.toASCII(withoutLastDots(host), IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
      String plain = withoutLastDots(ascii);
      return plain.matches("[a-z0-9_.-]+") ? Optional.of(plain) : Optional.empty();
    } catch (IllegalArgumentException noHost) {
      return Optional.empty();
    }
  }

  private static String withoutLastDots(String host) {
    int end = host.length();
    while (end > 0 && ".\u3002\uFF0E\uFF61".indexOf(host.charAt(end - 1)) >= 0) {
      end--;
    }
    return host.substring(0, end);
  }
}
