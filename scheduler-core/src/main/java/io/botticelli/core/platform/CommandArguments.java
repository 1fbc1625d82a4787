package io.botticelli.core.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command's arguments, coercing what files and models write: {@code "10"} is a number,
 * {@code "true"} a boolean, a numeric id a string. Immutable and thread-safe.
 *
 * <p>{@code kind}, {@code channel_type} and {@code type} are spellings of one argument, and {@code
 * channel_id} may stand for {@code thread_id}. Every method throws {@link PlatformException} {@code
 * ARGUMENT_INVALID} naming the argument when a value cannot be used; messages never repeat content.
 */
public final class CommandArguments {
  private static final Pattern SNOWFLAKE = Pattern.compile("[0-9]{17,19}");
  private static final List<String> KIND = List.of("kind", "channel_type", "type");
  private static final List<String> THREAD = List.of("thread_id", "channel_id");

  private final String command;
  private final Map<String, JsonNode> arguments;

  /** Wraps the arguments of a command. */
  public CommandArguments(PlatformCommand command) {
    this.command = command.name();
    this.arguments = command.arguments();
  }

  /** Returns the names under which an argument is accepted, preferred first. */
  static List<String> spellings(String name) {
    return KIND.contains(name) ? KIND : name.equals("thread_id") ? THREAD : List.of(name);
  }

  static boolean isPresent(@Nullable JsonNode value) {
    return value != null
        && !value.isNull()
        && !value.isMissingNode()
        && !(value.isTextual() && value.textValue().isBlank());
  }

  /** Returns a value as text, or empty when it is missing, null or blank. */
  public Optional<String> findText(String name) {
    Optional<JsonNode> value = find(name);
    if (value.isPresent() && !value.get().isValueNode()) {
      throw invalid(name, "is not a single value");
    }
    return value.map(CommandArguments::asText);
  }

  /** Returns a required value as text. */
  public String text(String name) {
    return findText(name)
        .orElseThrow(
            () ->
                PlatformException.rejected(
                    PlatformException.Kind.ARGUMENT_MISSING,
                    "command \"" + command + "\" needs the argument \"" + name + "\""));
  }

  /** Returns a whole number, or empty; {@code 10}, {@code 10.0} and {@code "10"} are the same. */
  public Optional<Integer> findInteger(String name) {
    return findText(name)
        .map(
            text -> {
              try {
                return new BigDecimal(text.strip()).intValueExact();
              } catch (ArithmeticException | NumberFormatException notWhole) {
                throw invalid(name, "is not a whole number");
              }
            });
  }

  /** Returns a whole number, checked against inclusive bounds when it is given. */
  public int integer(String name, int otherwise, int min, int max) {
    int value = findInteger(name).orElse(otherwise);
    if (value < min || value > max) {
      throw invalid(name, "is " + value + ", expected " + min + " to " + max);
    }
    return value;
  }

  /** Returns a boolean, or empty; {@code true/yes/1} and {@code false/no/0} in any case. */
  public Optional<Boolean> findBoolean(String name) {
    return findText(name)
        .map(
            text ->
                switch (text.strip().toLowerCase(Locale.ROOT)) {
                  case "true", "yes", "1" -> true;
                  case "false", "no", "0" -> false;
                  default -> throw invalid(name, "is neither true nor false");
                });
  }

  /** Returns a required id of 17 to 19 digits. */
  public String snowflake(String name) {
    String id = text(name).strip();
    if (!isSnowflake(id)) {
      throw invalid(name, "is not an id of 17 to 19 digits");
    }
    return id;
  }

  /** Tells whether a text is an id of 17 to 19 digits. */
  public static boolean isSnowflake(String text) {
    return SNOWFLAKE.matcher(text).matches();
  }

  /** Returns the kind of channel asked for; text when none is. */
  public ChannelKind channelKind() {
    return findText("kind")
        .map(
            word ->
                ChannelKind.find(word)
                    .orElseThrow(
                        () ->
                            invalid(
                                "kind",
                                "is not one of text, voice, category, announcement, stage,"
                                    + " forum")))
        .orElse(ChannelKind.TEXT);
  }

  /** Returns the exception for an argument that cannot be used. */
  public PlatformException invalid(String name, String why) {
    return PlatformException.rejected(
        PlatformException.Kind.ARGUMENT_INVALID,
        "command \"" + command + "\": argument \"" + name + "\" " + why);
  }

  private Optional<JsonNode> find(String name) {
    for (String spelling : spellings(name)) {
      JsonNode value = arguments.get(spelling);
      if (isPresent(value)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /** Numbers without exponent, so that an id given as a number stays readable. */
  private static String asText(JsonNode value) {
    return value.isNumber() ? plain(value.decimalValue()) : value.asText();
  }

  private static String plain(BigDecimal number) {
    return number.signum() != 0 && number.stripTrailingZeros().scale() <= 0
        ? number.toBigInteger().toString()
        : number.toPlainString();
  }
}
