package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.narrative.Act;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.state.NarrativeState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Saves ids and chosen values of results, so that later acts and later runs can name them. */
final class StateCapture {
  private static final List<String> ID_FIELDS =
      List.of(
          "id",
          "channel_id",
          "message_id",
          "role_id",
          "user_id",
          "guild_id",
          "emoji_id",
          "webhook_id",
          "integration_id",
          "invite_code",
          "thread_id",
          "event_id",
          "sticker_id");

  /** Where {@code store_as} finds the id of whatever was made. */
  private static final List<String> RESULT_IDS = List.of("id", "thread_id", "event_id", "code");

  private final NarrativeState state;
  private final boolean persistent;

  /**
   * @param persistent false: values are known to the rest of the run only
   */
  StateCapture(NarrativeState state, boolean persistent) {
    this.state = state;
    this.persistent = persistent;
  }

  /**
   * Saves what a successful command's result holds.
   *
   * @param canonical canonical name of the command
   */
  void afterCommand(Pass pass, BotCommand command, String canonical, JsonNode result) {
    Map<String, String> saved = new LinkedHashMap<>();
    if (result.isObject()) {
      for (String field : ID_FIELDS) {
        scalar(result, field)
            .ifPresent(
                value -> {
                  saved.put(command.platform() + "." + canonical + "." + field, value);
                  saved.put(field, value);
                });
      }
    }
    command
        .capture()
        .forEach(
            (key, path) ->
                JsonPaths.find(result, path)
                    .ifPresentOrElse(
                        value -> keep(pass, saved, key, JsonPaths.text(value)),
                        () -> warnMissing(pass, command.command(), key, path)));
    command
        .storeAs()
        .ifPresent(
            key ->
                RESULT_IDS.stream()
                    .flatMap(field -> scalar(result, field).stream())
                    .findFirst()
                    .ifPresentOrElse(
                        value -> keep(pass, saved, key, value),
                        () -> warnMissing(pass, command.command(), key, "id")));
    save(pass, saved);
  }

  /** Saves the values an act wants kept of its result. */
  void afterAct(Pass pass, Act act, ActResult result) {
    Map<String, String> saved = new LinkedHashMap<>();
    act.stateCapture()
        .forEach(
            (name, path) ->
                result
                    .value(path)
                    .or(() -> result.value("id"))
                    .ifPresentOrElse(
                        value -> keep(pass, saved, name, value.text()),
                        () -> warnMissing(pass, "act " + act.name(), name, path)));
    save(pass, saved);
  }

  private void save(Pass pass, Map<String, String> values) {
    if (persistent && !values.isEmpty()) {
      state.save(pass.session().fence(), values);
    }
  }

  private static void keep(Pass pass, Map<String, String> saved, String key, String value) {
    saved.put(key, value);
    pass.session().setVariable(key, value);
  }

  private static Optional<String> scalar(JsonNode result, String field) {
    return Optional.ofNullable(result.get(field))
        .filter(value -> value.isTextual() || value.isNumber())
        .map(JsonPaths::text);
  }

  private static void warnMissing(Pass pass, String source, String key, String path) {
    pass.session()
        .warn(
            "narrative "
                + pass.narrative().name()
                + ": "
                + source
                + " has no "
                + path
                + ", so "
                + key
                + " was not saved");
  }
}
