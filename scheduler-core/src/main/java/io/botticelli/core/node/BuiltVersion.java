package io.botticelli.core.node;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The version this program was built as. */
final class BuiltVersion {
  private static final Logger LOG = LoggerFactory.getLogger(BuiltVersion.class);

  private BuiltVersion() {}

  /** Returns it, or "" where it is not packaged. */
  static String read() {
    try (InputStream in =
        BuiltVersion.class.getResourceAsStream("/botticelli-version.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "");
    } catch (IOException unreadable) {
      LOG.warn("the version of this program cannot be read", unreadable);
      return "";
    }
  }
}
