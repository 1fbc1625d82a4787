package io.botticelli.core.config;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.toml.ProblemReporter;
import io.botticelli.core.toml.Suggestions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Checks which actors fire after which: every name must exist, and no chain may be a loop. */
final class Chains {
  private final Map<ActorName, ActorDraft> drafts = new LinkedHashMap<>();

  private Chains(Collection<ActorDraft> all) {
    all.forEach(draft -> drafts.put(draft.definition().name(), draft));
  }

  /**
   * Reports what is wrong.
   *
   * @param alone true: an actor file by itself, whose other actors cannot be known
   */
  static void check(Collection<ActorDraft> drafts, boolean alone) {
    Chains chains = new Chains(drafts);
    for (ActorDraft draft : drafts) {
      draft.definition().firing().after().forEach(name -> chains.checkName(draft, name, alone));
    }
    chains.checkLoops();
  }

  private void checkName(ActorDraft draft, ActorName name, boolean alone) {
    Optional<ActorDefinition> found =
        Optional.ofNullable(drafts.get(name)).map(ActorDraft::definition);
    ProblemReporter reporter = draft.place().reporter();
    String actor = "actor " + Suggestions.quote(draft.definition().name().value());
    if (found.isEmpty() && alone) {
      reporter.warning(
          "after_alone",
          draft.place().path(),
          actor
              + " fires after "
              + Suggestions.quote(name.value())
              + ", which is not in this file");
    } else if (found.isEmpty()) {
      reporter.error(
          "after_unknown",
          draft.place().path(),
          actor
              + " is to fire after "
              + Suggestions.quote(name.value())
              + ", but there is no such actor"
              + Suggestions.didYouMean(
                  name.value(), drafts.keySet().stream().map(ActorName::value).toList()));
    } else if (!found.get().enabled()) {
      reporter.warning(
          "after_disabled",
          draft.place().path(),
          actor
              + " is to fire after "
              + Suggestions.quote(name.value())
              + ", which is disabled and never runs");
    }
  }

  /** Takes away, again and again, whoever waits for nobody; in a loop everybody waits. */
  private void checkLoops() {
    Set<ActorName> waiting = new LinkedHashSet<>(drafts.keySet());
    while (waiting.removeIf(name -> previous(name, waiting).isEmpty())) {
      continue;
    }
    if (waiting.isEmpty()) {
      return;
    }
    List<ActorName> path = new ArrayList<>();
    Set<ActorName> seen = new LinkedHashSet<>();
    ActorName name = waiting.iterator().next();
    while (seen.add(name)) {
      path.add(name);
      name = previous(name, waiting).orElseThrow();
    }
    report(path.subList(path.indexOf(name), path.size()));
  }

  private Optional<ActorName> previous(ActorName name, Set<ActorName> among) {
    return Objects.requireNonNull(drafts.get(name)).definition().firing().after().stream()
        .filter(among::contains)
        .findFirst();
  }

  private void report(List<ActorName> backwards) {
    List<String> names = new ArrayList<>();
    for (int i = backwards.size() - 1; i >= 0; i--) {
      names.add(backwards.get(i).value());
    }
    names.add(names.get(0));
    ActorDraft draft = Objects.requireNonNull(drafts.get(backwards.get(0)));
    draft
        .place()
        .reporter()
        .error(
            "after_loop",
            draft.place().path(),
            "actors would fire one another for ever: "
                + String.join(" -> ", names)
                + "; take one \"after\" away");
  }
}
