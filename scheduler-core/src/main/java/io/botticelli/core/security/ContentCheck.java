package io.botticelli.core.security;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.botticelli.core.narrative.SecurityPolicy.ContentFilter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;

/** Holds a message against a content filter. Stateless. */
final class ContentCheck {
  private static final java.util.regex.Pattern MENTION =
      java.util.regex.Pattern.compile("<@[!&]?([0-9]{1,20})>");

  private ContentCheck() {}

  /**
   * Returns why a text is refused, empty when it is not; the reason repeats nothing of the text.
   */
  static Optional<String> refusal(ContentFilter filter, String content) {
    int length = content.codePointCount(0, content.length());
    if (filter.maxLength().isPresent() && length > filter.maxLength().get()) {
      return Optional.of(
          "the text has " + length + " characters, at most " + filter.maxLength().get());
    }
    if (filter.blockMassMentions() && isMassMention(content)) {
      return Optional.of("the text mentions everyone or here");
    }
    String visible = HostileText.visible(content);
    long mentions = MENTION.matcher(visible).results().count();
    if (mentions > filter.maxMentions()) {
      return Optional.of("the text has " + mentions + " mentions, at most " + filter.maxMentions());
    }
    return links(filter, visible).or(() -> patterns(filter, List.of(content, visible)));
  }

  /** Returns the ids a text mentions. */
  static Set<String> mentioned(String content) {
    return MENTION
        .matcher(HostileText.visible(content))
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  private static boolean isMassMention(String content) {
    String skeleton = HostileText.skeleton(content);
    return skeleton.contains("@everyone") || skeleton.contains("@here");
  }

  private static Optional<String> links(ContentFilter filter, String visible) {
    Links links = Links.in(visible);
    if (links.count() > filter.maxUrls()) {
      return Optional.of("the text has " + links.count() + " links, at most " + filter.maxUrls());
    }
    boolean listed = !filter.allowedDomains().isEmpty() || !filter.deniedDomains().isEmpty();
    if (listed && links.unreadable()) {
      return Optional.of("the text has a link whose domain cannot be told");
    }
    for (String host : links.hosts()) {
      if (filter.deniedDomains().stream().anyMatch(domain -> Links.isBelow(host, domain))) {
        return Optional.of("the text has a link to a domain in denied_domains");
      }
      if (!filter.allowedDomains().isEmpty()
          && filter.allowedDomains().stream().noneMatch(domain -> Links.isBelow(host, domain))) {
        return Optional.of("the text has a link to a domain that is not in allowed_domains");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> patterns(ContentFilter filter, List<String> texts) {
    List<String> patterns = filter.prohibitedPatterns();
    for (int i = 0; i < patterns.size(); i++) {
      if (finds(patterns.get(i), texts)) {
        return Optional.of("the text matches prohibited_patterns[" + i + "]");
      }
    }
    return Optional.empty();
  }

  private static boolean finds(String pattern, List<String> texts) {
    try {
      Pattern compiled = Pattern.compile(pattern);
      return texts.stream().anyMatch(text -> compiled.matcher(text).find());
    } catch (PatternSyntaxException wrong) {
      // The reader refuses such a pattern; a policy made otherwise must not let the text pass.
      return true;
    }
  }
}
