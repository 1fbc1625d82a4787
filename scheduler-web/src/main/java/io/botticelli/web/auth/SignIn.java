package io.botticelli.web.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Access without configured accounts: a random token printed at start signs scripts in as a bearer
 * token, and a link that works once signs a browser in.
 *
 * <p>Thread-safe. Everything is in memory: a restart signs everybody out.
 */
public final class SignIn {
  /** Wrong guesses allowed in {@link #WINDOW} before every attempt is refused. */
  private static final int MAX_FAILURES = 10;

  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration SESSION = Duration.ofHours(12);
  private static final int MAX_SESSIONS = 1_000;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final String token = randomText();
  private final Map<String, Instant> sessions = new HashMap<>();
  private final Deque<Instant> failures = new ArrayDeque<>();
  private Optional<String> linkCode;

  public SignIn(Clock clock) {
    this.clock = clock;
    this.linkCode = Optional.of(randomText());
  }

  /** Returns the bearer token of this process; 256 random bits. */
  public String token() {
    return token;
  }

  /** Returns the path that signs one browser in, once; empty after it was used. */
  public synchronized Optional<String> linkPath() {
    return linkCode.map(code -> "/signin?code=" + code);
  }

  /**
   * Exchanges the code of the link, or the token typed by a person, for a session.
   *
   * @return the session id for the cookie, or empty when the code is wrong or used
   * @throws TooManyAttemptsException after ten wrong guesses in a minute
   */
  public synchronized Optional<String> open(String codeOrToken) {
    Instant now = clock.instant();
    throttle(now);
    boolean isLink = linkCode.isPresent() && same(linkCode.get(), codeOrToken);
    if (!isLink && !same(token, codeOrToken)) {
      failures.addLast(now);
      return Optional.empty();
    }
    if (isLink) {
      linkCode = Optional.empty();
    }
    sessions.values().removeIf(end -> end.isBefore(now));
    if (sessions.size() >= MAX_SESSIONS) {
      sessions.clear();
    }
    String session = randomText();
    sessions.put(session, now.plus(SESSION));
    return Optional.of(session);
  }

  /** Tells whether a session cookie is valid now. */
  public synchronized boolean isSession(String session) {
    Instant end = sessions.get(session);
    return end != null && end.isAfter(clock.instant());
  }

  /**
   * Tells whether a bearer token is this process's.
   *
   * @throws TooManyAttemptsException after ten wrong guesses in a minute
   */
  public synchronized boolean isToken(String bearer) {
    Instant now = clock.instant();
    throttle(now);
    if (same(token, bearer)) {
      return true;
    }
    failures.addLast(now);
    return false;
  }

  /** Ends a session. */
  public synchronized void close(String session) {
    sessions.remove(session);
  }

  private void throttle(Instant now) {
    while (!failures.isEmpty() && failures.getFirst().isBefore(now.minus(WINDOW))) {
      failures.removeFirst();
    }
    if (failures.size() >= MAX_FAILURES) {
      throw new TooManyAttemptsException(
          Duration.between(now, failures.getFirst().plus(WINDOW)).toSeconds() + 1);
    }
  }

  private String randomText() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Compares in constant time, so that the answer's delay tells nothing. */
  private static boolean same(String expected, String actual) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
  }
}
