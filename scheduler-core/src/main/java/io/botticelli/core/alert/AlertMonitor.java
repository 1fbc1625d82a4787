package io.botticelli.core.alert;

import io.botticelli.core.alert.AlertRules.Judgement;
import io.botticelli.core.config.AlertSettings;
import io.botticelli.core.config.AlertSettings.Rule;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Judges the rules and stores what follows from it. Thread-safe. */
public final class AlertMonitor {
  /** How long alerts that ended are kept. */
  private static final Duration KEPT = Duration.ofDays(90);

  private final AlertRules rules;
  private final AlertStore store;
  private final Supplier<AlertSettings> settings;

  /**
   * @param settings what is in force
   */
  public AlertMonitor(AlertRules rules, AlertStore store, Supplier<AlertSettings> settings) {
    this.rules = rules;
    this.store = store;
    this.settings = settings;
  }

  /**
   * Judges every rule once.
   *
   * @throws io.botticelli.core.StoreException if the database fails
   */
  public void check() {
    AlertSettings agreed = settings.get();
    Judgement judgement = rules.judge(agreed);
    store.update(
        judgement.conditions(),
        judgement.judged(),
        agreed.rules().stream().map(Rule::name).collect(Collectors.toSet()));
    store.prune(KEPT);
  }
}
