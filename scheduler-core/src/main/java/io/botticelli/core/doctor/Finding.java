package io.botticelli.core.doctor;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that is wrong, or was until it was repaired.
 *
 * @param subject what is concerned, for example {@code schedule/posting}; unique within its kind
 * @param since when it was seen first
 * @param lastSeen when it was seen last
 * @param count looks that saw it, at least 1
 * @param explanation what is wrong, one sentence
 * @param advice what the doctor will do, did, or what a person should do
 * @param repairs how often the doctor repaired this subject of late
 * @param repairedAt when it was repaired last, or empty
 */
public record Finding(
    long id,
    FindingKind kind,
    String subject,
    Instant since,
    Instant lastSeen,
    int count,
    String explanation,
    String advice,
    int repairs,
    Optional<Instant> repairedAt) {

  /** Returns how bad it is. */
  public Severity severity() {
    return kind.severity();
  }

  /** Tells whether it was repaired and has not been seen since. */
  public boolean isRepaired() {
    return repairedAt.map(at -> !at.isBefore(lastSeen)).orElse(false);
  }

  /** Tells whether a person should look: it stands, and is more than a remark. */
  public boolean isOpen() {
    return !isRepaired() && severity() != Severity.INFO;
  }

  /** From remark to damage; shown in lower case. */
  public enum Severity {
    INFO,
    WARN,
    ERROR;

    /** Returns the name as stored and shown. */
    public String stored() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
