package io.botticelli.core.alert;

import io.botticelli.core.config.AlertSettings.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Something a rule found to be wrong, now.
 *
 * @param rule name of the rule
 * @param subject what it is wrong with, for example an actor; rule and subject identify an alert
 * @param summary one line for people, without post text or secrets
 * @param details further facts, name to value
 * @param hold how long it must last before anybody is told
 * @param channels names of channels to tell; empty = nobody
 */
public record Condition(
    String rule,
    String subject,
    Severity severity,
    String summary,
    Map<String, String> details,
    Duration hold,
    List<String> channels) {
  public Condition {
    details = Map.copyOf(details);
    channels = List.copyOf(channels);
  }
}
