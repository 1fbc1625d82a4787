package io.botticelli.core.table.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a JSON value into the text PostgreSQL reads as a value of a column's type; the text is
 * always bound, never pasted. Pure.
 */
final class Coercion {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** More digits than any number people mean; keeps {@code 1e999999999} from being written out. */
  private static final int MAX_EXPONENT = 1_000;

  private static final int MAX_NUMBER_LENGTH = 1_000;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "1");
  private static final char REPLACEMENT = '\uFFFD';

  private Coercion() {}

  /**
   * @param text what to bind; null = SQL NULL
   * @param problem what was lost, without the value, or empty
   */
  record Coerced(@Nullable String text, Optional<String> problem) {
    static Coerced of(@Nullable String text) {
      return new Coerced(text, Optional.empty());
    }

    static Coerced lost(String why) {
      return new Coerced(null, Optional.of(why));
    }
  }

  static Coerced coerce(JsonNode value, ColumnType type) {
    if (value.isNull() || value.isMissingNode()) {
      return Coerced.of(null);
    }
    if (type.array()) {
      return array(value, type.element());
    }
    if (type.isJson()) {
      return Coerced.of(json(value));
    }
    if (type.isInteger()) {
      return integer(value, type.name());
    }
    if (type.isTime()) {
      return Times.coerce(value, type.name().equals("date"));
    }
    return switch (type.name()) {
      case "numeric" -> numeric(value, type);
      case "real", "double precision" -> floating(value, type.name().equals("real"));
      case "boolean" -> bool(value);
      case "uuid" ->
          UUID.matcher(text(value).strip()).matches()
              ? Coerced.of(text(value).strip())
              : Coerced.lost("not a UUID");
      default -> characters(value, type);
    };
  }

  /** Returns scalars as text and containers as compact JSON, with NUL characters replaced. */
  static String text(JsonNode value) {
    return value.isContainerNode() ? write(value) : clean(value.asText());
  }

  private static Coerced integer(JsonNode value, String type) {
    Optional<BigDecimal> number = number(value);
    if (number.isEmpty()) {
      return Coerced.lost("not a number");
    }
    BigDecimal rounded = number.get().setScale(0, RoundingMode.HALF_UP);
    int bits = type.equals("smallint") ? Short.SIZE : type.equals("integer") ? 32 : Long.SIZE;
    return rounded.toBigInteger().bitLength() < bits
        ? Coerced.of(rounded.toPlainString())
        : Coerced.lost("out of range for " + type);
  }

  private static Coerced numeric(JsonNode value, ColumnType type) {
    Optional<BigDecimal> number = number(value);
    if (number.isEmpty()) {
      return Coerced.lost("not a number");
    }
    if (type.length() < 0) {
      return Coerced.of(number.get().toPlainString());
    }
    BigDecimal rounded = number.get().setScale(type.scale(), RoundingMode.HALF_UP);
    return rounded.signum() == 0
            || rounded.precision() - rounded.scale() <= type.length() - type.scale()
        ? Coerced.of(rounded.toPlainString())
        : Coerced.lost("out of range for " + type.ddl());
  }

  private static Coerced floating(JsonNode value, boolean single) {
    Optional<BigDecimal> number = number(value);
    if (number.isEmpty()) {
      return Coerced.lost("not a number");
    }
    double real = number.get().doubleValue();
    if (!Double.isFinite(real) || single && Math.abs(real) > Float.MAX_VALUE) {
      return Coerced.lost("out of range");
    }
    // PostgreSQL refuses what underflows; the nearest number is zero.
    return Coerced.of(single ? Float.toString((float) real) : Double.toString(real));
  }

  private static Optional<BigDecimal> number(JsonNode value) {
    if (value.isBoolean()) {
      return Optional.of(value.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO);
    }
    String text;
    if (value.isNumber() || value.isTextual()) {
      text = value.isBigDecimal() ? value.decimalValue().toString() : value.asText().strip();
    } else {
      return Optional.empty();
    }
    if (text.length() > MAX_NUMBER_LENGTH || !NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(text);
    long exponent = (long) number.precision() - number.scale();
    return Math.abs(exponent) <= MAX_EXPONENT && Math.abs((long) number.scale()) <= 2 * MAX_EXPONENT
        ? Optional.of(number)
        : Optional.empty();
  }

  private static Coerced bool(JsonNode value) {
    if (value.isBoolean()) {
      return Coerced.of(String.valueOf(value.booleanValue()));
    }
    if (value.isNumber()) {
      return number(value)
          .map(n -> Coerced.of(String.valueOf(n.signum() != 0)))
          .orElseGet(() -> Coerced.lost("not a number"));
    }
    if (value.isTextual()) {
      return Coerced.of(
          String.valueOf(TRUE.contains(value.asText().strip().toLowerCase(Locale.ROOT))));
    }
    return Coerced.lost("not a boolean");
  }

  /** A string that holds JSON is that JSON; any other string is a JSON string. */
  private static String json(JsonNode value) {
    if (value.isTextual()) {
      try {
        JsonNode parsed = JSON.readTree(value.asText());
        if (!parsed.isMissingNode() && isStorable(parsed)) {
          return write(parsed);
        }
      } catch (JsonProcessingException notJson) {
        return write(value);
      }
    }
    return write(value);
  }

  /** PostgreSQL writes jsonb numbers out in full. */
  private static boolean isStorable(JsonNode value) {
    if (value.isNumber()) {
      return number(value).isPresent();
    }
    for (JsonNode child : value) {
      if (!isStorable(child)) {
        return false;
      }
    }
    return true;
  }

  private static Coerced array(JsonNode value, ColumnType element) {
    StringBuilder literal = new StringBuilder("{");
    Optional<String> problem = Optional.empty();
    if (value.isArray()) {
      for (JsonNode item : value) {
        Coerced coerced = element(item, element);
        if (coerced.problem().isPresent()) {
          problem = coerced.problem();
        }
        append(literal, coerced.text());
      }
    } else {
      Coerced coerced = element(value, element);
      problem = coerced.problem();
      append(literal, coerced.text());
    }
    return new Coerced(literal.append('}').toString(), problem);
  }

  private static Coerced element(JsonNode item, ColumnType type) {
    if (item.isContainerNode() && !type.isText() && !type.isJson()) {
      return Coerced.lost("an element is not a scalar");
    }
    return coerce(item, type);
  }

  private static void append(StringBuilder literal, @Nullable String element) {
    if (literal.length() > 1) {
      literal.append(',');
    }
    if (element == null) {
      literal.append("NULL");
    } else {
      literal.append('"').append(element.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
  }

  private static Coerced characters(JsonNode value, ColumnType type) {
    String text = text(value);
    if (type.hasLength() && text.codePointCount(0, text.length()) > type.length()) {
      return new Coerced(
          text.substring(0, text.offsetByCodePoints(0, type.length())),
          Optional.of("cut to " + type.length() + " characters"));
    }
    return Coerced.of(text);
  }

  private static String write(JsonNode value) {
    try {
      return JSON.writeValueAsString(cleaned(value));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a JSON tree is always writable", impossible);
    }
  }

  /** Replaces what PostgreSQL's text and jsonb cannot hold: NUL and lone surrogates. */
  static String clean(String text) {
    StringBuilder cleaned = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (c == '\0' || Character.isSurrogate(c)) {
        if (cleaned == null) {
          cleaned = new StringBuilder(text);
        }
        cleaned.setCharAt(i, REPLACEMENT);
      }
    }
    return cleaned == null ? text : cleaned.toString();
  }

  private static JsonNode cleaned(JsonNode value) {
    if (value.isTextual()) {
      return JsonNodeFactory.instance.textNode(clean(value.asText()));
    }
    if (value.isNumber() && number(value).isEmpty()) {
      return JsonNodeFactory.instance.textNode(value.asText());
    }
    if (value instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
      array.forEach(item -> copy.add(cleaned(item)));
      return copy;
    }
    if (value instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        copy.set(clean(field.getKey()), cleaned(field.getValue()));
      }
      return copy;
    }
    return value;
  }
}
