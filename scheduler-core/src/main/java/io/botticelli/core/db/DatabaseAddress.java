package io.botticelli.core.db;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database address taken apart. Messages name the part that is wrong, never its text where that
 * may be the password.
 */
record DatabaseAddress(
    String hosts, String database, String user, String password, Map<String, String> properties) {
  private static final Pattern SHAPE =
      Pattern.compile(
          "(?is)(?:jdbc:)?(?:postgres|postgresql)://(?<authority>[^/?#]*)"
              + "(?:/(?<database>[^?#]*))?(?:\\?(?<query>[^#]*))?");
  private static final Pattern HOST =
      Pattern.compile("(?<host>\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+)(?::(?<port>[0-9]{1,5}))?");
  private static final String EXAMPLE = "postgresql://user:password@host:5432/database";

  /** Names libpq uses for what the JDBC driver calls otherwise. */
  private static final Map<String, String> DRIVER_NAMES =
      Map.of(
          "application_name", "ApplicationName",
          "connect_timeout", "connectTimeout",
          "channel_binding", "channelBinding",
          "currentschema", "currentSchema");

  static DatabaseAddress parse(String url) {
    Matcher matcher = SHAPE.matcher(url.strip());
    if (!matcher.matches()) {
      throw wrong("it does not have the form " + EXAMPLE);
    }
    String authority = matcher.group("authority");
    // The last @: an unencoded @ can only belong to the password.
    int at = authority.lastIndexOf('@');
    String login = at < 0 ? "" : authority.substring(0, at);
    int colon = login.indexOf(':');
    String user = decode(colon < 0 ? login : login.substring(0, colon), "the user");
    String password = colon < 0 ? "" : decode(login.substring(colon + 1), "the password");
    Map<String, String> properties = query(matcher.group("query"));
    String queryUser = properties.remove("user");
    String queryPassword = properties.remove("password");
    String database =
        decode(matcher.group("database") == null ? "" : matcher.group("database"), "the database");
    if (database.isEmpty()) {
      throw wrong("it names no database; expected " + EXAMPLE);
    }
    return new DatabaseAddress(
        hosts(authority.substring(at + 1)),
        database,
        firstFilled(queryUser, user, System.getProperty("user.name", "postgres")),
        firstFilled(queryPassword, password, ""),
        Map.copyOf(properties));
  }

  private static String hosts(String text) {
    List<String> hosts = new ArrayList<>();
    for (String one : (text.isEmpty() ? "localhost" : text).split(",", -1)) {
      Matcher matcher = HOST.matcher(one);
      if (!matcher.matches()) {
        throw wrong(
            "its host is not a name or an address with an optional port; expected "
                + EXAMPLE
                + ", with / ? # in user or password written as %2F %3F %23");
      }
      String port = matcher.group("port") == null ? "5432" : matcher.group("port");
      if (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
        throw wrong("its port is " + port + ", expected 1..65535");
      }
      hosts.add(matcher.group("host") + ":" + Integer.parseInt(port));
    }
    return String.join(",", hosts);
  }

  private static Map<String, String> query(@Nullable String query) {
    Map<String, String> properties = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return properties;
    }
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      String key = decode(equals < 0 ? pair : pair.substring(0, equals), "a parameter");
      String value =
          equals < 0 ? "true" : decode(pair.substring(equals + 1), "a parameter's value");
      if (!key.isEmpty()) {
        properties.put(DRIVER_NAMES.getOrDefault(key, key), value);
      }
    }
    return properties;
  }

  private static String decode(String text, String part) {
    try {
      // URLDecoder is for forms, where + is a blank.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      throw wrong(part + " holds a % that is not followed by two hexadecimal digits; write %25");
    }
  }

  private static String firstFilled(@Nullable String first, String second, String last) {
    if (first != null && !first.isEmpty()) {
      return first;
    }
    return second.isEmpty() ? last : second;
  }

  private static DatabaseUnavailableException wrong(String reason) {
    return new DatabaseUnavailableException(
        "the database address (DATABASE_URL or --database-url) cannot be used: " + reason, null);
  }
}
