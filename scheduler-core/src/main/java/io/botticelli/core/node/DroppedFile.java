package io.botticelli.core.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.history.FireRequest;
import io.botticelli.core.toml.Suggestions;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a file of the drop folder asks for: {@code ACTOR.fire} a fire, {@code ACTOR.json} a fire
 * with parameters. {@code ACTOR@ANYTHING.fire} is a fire of the same actor, so that several can
 * wait.
 */
record DroppedFile(FireRequest request) {
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,99})(?:@[^/\\\\]*)?\\.(fire|json)");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * Reads a file.
   *
   * @param name file name
   * @param modified time of modification in ms since 1970, part of the idempotency key: the same
   *     file put there again later is another wish
   * @throws DropFileException if it asks for nothing that could be done
   * @throws io.botticelli.core.history.FireRequestException if its parameters are refused
   */
  static DroppedFile read(String name, long modified, byte[] content) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new DropFileException(
          "is called "
              + Suggestions.quote(name)
              + ", expected ACTOR.fire, or ACTOR.json with {\"params\": {\"NAME\": \"VALUE\"}}");
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    String text = text(content);
    if (matcher.group(2).equals("json")) {
      parameters.putAll(parameters(text));
    } else if (!text.isBlank()) {
      throw new DropFileException(
          "holds a text, expected an empty file; call it "
              + matcher.group(1)
              + ".json to fire with parameters");
    }
    return new DroppedFile(
        new FireRequest(
            new ActorName(matcher.group(1)),
            parameters,
            false,
            Optional.of("file-" + key(name, modified, content)),
            "drop folder"));
  }

  private static String text(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException binary) {
      throw new DropFileException("is not UTF-8 text");
    }
  }

  private static Map<String, String> parameters(String text) {
    JsonNode root = parse(text);
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (!entry.getKey().equals("params") || !entry.getValue().isObject()) {
        throw new DropFileException(
            "has the key "
                + Suggestions.quote(entry.getKey())
                + ", expected nothing but \"params\", an object");
      }
      for (Map.Entry<String, JsonNode> parameter : entry.getValue().properties()) {
        if (!parameter.getValue().isValueNode() || parameter.getValue().isNull()) {
          throw new DropFileException(
              "params."
                  + Suggestions.quote(parameter.getKey())
                  + " is no text, number, true or false");
        }
        parameters.put(parameter.getKey(), parameter.getValue().asText());
      }
    }
    return parameters;
  }

  private static JsonNode parse(String text) {
    try {
      JsonNode root = JSON.readTree(text);
      if (!root.isObject()) {
        throw new DropFileException("holds no JSON object, expected {\"params\": {}}");
      }
      return root;
    } catch (JsonProcessingException broken) {
      // Its message quotes the text; the place is enough.
      throw new DropFileException(
          "is not JSON, see line "
              + Optional.ofNullable(broken.getLocation()).map(at -> at.getLineNr()).orElse(1));
    }
  }

  private static String key(String name, long modified, byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((name.length() + ":" + name + modified + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(content);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
