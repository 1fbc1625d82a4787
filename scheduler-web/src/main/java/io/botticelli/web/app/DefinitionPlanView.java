package io.botticelli.web.app;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.definition.DefinitionPlan;
import io.botticelli.core.definition.DefinitionPlan.ActorChange;
import io.botticelli.core.definition.DefinitionPlan.FileChange;
import io.botticelli.core.definition.Definitions.InForce;
import io.botticelli.core.definition.SettingChange;
import io.botticelli.core.node.DefinitionDesk.Proposal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A plan as JSON. */
record DefinitionPlanView(
    Optional<String> from,
    String to,
    boolean changed,
    boolean applied,
    Optional<String> appliedBy,
    Optional<Instant> appliedAt,
    List<ActorView> actors,
    List<SettingView> server,
    List<FileView> files,
    List<String> warnings) {
  static DefinitionPlanView of(Proposal proposal) {
    DefinitionPlan plan = proposal.plan();
    return new DefinitionPlanView(
        plan.from(),
        plan.to(),
        !plan.isEmpty(),
        false,
        proposal.inForce().map(InForce::appliedBy),
        proposal.inForce().map(InForce::appliedAt),
        plan.actors().stream().map(ActorView::of).toList(),
        plan.server().stream().map(SettingView::of).toList(),
        plan.files().stream().map(FileView::of).toList(),
        plan.warnings());
  }

  DefinitionPlanView applied(boolean done) {
    return new DefinitionPlanView(
        from, to, changed, done, appliedBy, appliedAt, actors, server, files, warnings);
  }

  static String word(DefinitionPlan.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  record ActorView(
      String name,
      String change,
      List<SettingView> settings,
      Optional<List<Instant>> nextBefore,
      Optional<List<Instant>> nextAfter,
      List<String> files,
      List<String> notes) {
    static ActorView of(ActorChange actor) {
      return new ActorView(
          actor.name().value(),
          word(actor.kind()),
          actor.settings().stream().map(SettingView::of).toList(),
          actor.fires().map(DefinitionPlan.FireChange::before),
          actor.fires().map(DefinitionPlan.FireChange::after),
          actor.files(),
          actor.notes());
    }
  }

  record SettingView(String file, String field, Optional<String> before, Optional<String> after) {
    static SettingView of(SettingChange change) {
      return new SettingView(change.file(), change.field(), change.before(), change.after());
    }
  }

  record FileView(
      String path,
      String purpose,
      String change,
      List<SettingView> settings,
      int linesAdded,
      int linesRemoved,
      List<String> usedBy) {
    static FileView of(FileChange file) {
      return new FileView(
          file.path(),
          file.purpose(),
          word(file.kind()),
          file.settings().stream().map(SettingView::of).toList(),
          file.linesAdded(),
          file.linesRemoved(),
          file.usedBy().stream().map(ActorName::value).toList());
    }
  }
}
