package io.botticelli.core.db;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.ds.PGSimpleDataSource;

/** Builds the driver's data source from the driver's own property names. */
final class PropertyDataSource {
  private PropertyDataSource() {}

  static PGSimpleDataSource of(String hosts, String database, Properties properties) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl(
        "jdbc:postgresql://"
            + hosts
            + "/"
            + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20"));
    for (String name : properties.stringPropertyNames()) {
      try {
        dataSource.setProperty(name, properties.getProperty(name));
      } catch (SQLException unknown) {
        throw new DatabaseUnavailableException(
            "the database address sets \""
                + name
                + "\", which the PostgreSQL driver does not know; remove it",
            unknown);
      }
    }
    return dataSource;
  }
}
