package io.botticelli.core.history.jdbc;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.botticelli.core.db.PostgresText;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Conversions between Java values and columns. */
final class Columns {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(
              new SimpleModule()
                  .addSerializer(String.class, new StorableString(false))
                  .addKeySerializer(String.class, new StorableString(true)));

  private Columns() {}

  static OffsetDateTime timestamp(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  static Optional<String> optionalText(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  /** Returns storable text, or null for absent. */
  static @Nullable String text(Optional<String> value) {
    return value.map(PostgresText::storable).orElse(null);
  }

  static String json(Map<String, ?> values) {
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException("metadata cannot be written as JSON", failure);
    }
  }

  static Map<String, String> strings(String json) throws SQLException {
    try {
      return new LinkedHashMap<>(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
    } catch (JsonProcessingException failure) {
      throw new SQLException("column parameters is not an object of strings", failure);
    }
  }

  /** PostgreSQL refuses {@code \u0000} inside jsonb although JSON allows it. */
  private static final class StorableString extends JsonSerializer<String> {
    private final boolean key;

    StorableString(boolean key) {
      this.key = key;
    }

    @Override
    public void serialize(String value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (key) {
        out.writeFieldName(PostgresText.storable(value));
      } else {
        out.writeString(PostgresText.storable(value));
      }
    }
  }
}
