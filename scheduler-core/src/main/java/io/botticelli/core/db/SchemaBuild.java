package io.botticelli.core.db;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in the database that this build has migrated it, so that a start need not ask Liquibase
 * again. Whatever is in doubt counts as not migrated.
 */
final class SchemaBuild {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaBuild.class);

  private static final Pattern INCLUDED = Pattern.compile("\\bfile:\\s*[\"']?([^\\s\"'}]+)");

  /**
   * What Liquibase has recorded. A newer build adds to it, a person who mends a migration takes
   * from it; after both this build looks itself.
   */
  private static final String APPLIED =
      "(SELECT count(*) || ':' || md5(string_agg(concat_ws(' ', id, author, filename, md5sum),"
          + " ',' ORDER BY filename, author, id)) FROM public.databasechangelog)";

  private final Optional<String> fingerprint;

  /**
   * @param changelog the file that includes all others, on the class path
   */
  SchemaBuild(String changelog) {
    this.fingerprint = fingerprint(changelog);
  }

  /** Returns whether this build left the schema as it is now. */
  boolean isIn(Connection connection) {
    if (fingerprint.isEmpty()) {
      return false;
    }
    String sql =
        "SELECT 1 FROM public.schema_builds WHERE fingerprint = ? AND applied = " + APPLIED;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, fingerprint.get());
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    } catch (SQLException unknown) {
      LOG.debug("the schema is looked at in full: {}", unknown.getMessage());
      return false;
    }
  }

  /** Remembers that the schema is up to date; without that the next start only takes longer. */
  void store(Connection connection) {
    if (fingerprint.isEmpty()) {
      return;
    }
    String sql =
        "INSERT INTO public.schema_builds (fingerprint, applied) VALUES (?, "
            + APPLIED
            + ") ON CONFLICT (fingerprint) DO UPDATE SET applied = excluded.applied,"
            + " migrated_at = clock_timestamp()";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, fingerprint.get());
      statement.executeUpdate();
    } catch (SQLException failure) {
      LOG.warn("starts stay slow, because the migration is not noted: {}", failure.getMessage());
    }
  }

  /** Returns a digest of every file in the order of the changelog; empty if one cannot be read. */
  static Optional<String> fingerprint(String changelog) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] master = read(changelog);
      digest.update(master);
      Matcher file = INCLUDED.matcher(new String(master, StandardCharsets.UTF_8));
      while (file.find()) {
        digest.update(read(file.group(1)));
      }
      return Optional.of(HexFormat.of().formatHex(digest.digest()));
    } catch (IOException | NoSuchAlgorithmException failure) {
      LOG.warn("the changelog has no fingerprint: {}", failure.getMessage());
      return Optional.empty();
    }
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream content = SchemaBuild.class.getClassLoader().getResourceAsStream(file)) {
      if (content == null) {
        throw new IOException("there is no " + file + " on the class path");
      }
      return content.readAllBytes();
    }
  }
}
