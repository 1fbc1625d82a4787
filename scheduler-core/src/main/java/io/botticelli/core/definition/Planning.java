package io.botticelli.core.definition;

import io.botticelli.core.actor.ActorDefinition;
import io.botticelli.core.actor.ActorName;
import io.botticelli.core.actor.ActorSchedule;
import io.botticelli.core.config.ConfigException;
import io.botticelli.core.config.ConfigLoader;
import io.botticelli.core.config.Environment;
import io.botticelli.core.config.Setting;
import io.botticelli.core.config.WorkingSet;
import io.botticelli.core.config.WrittenSet;
import io.botticelli.core.definition.DefinitionPlan.ActorChange;
import io.botticelli.core.definition.DefinitionPlan.FileChange;
import io.botticelli.core.definition.DefinitionPlan.FireChange;
import io.botticelli.core.definition.DefinitionPlan.Kind;
import io.botticelli.core.toml.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what applying a working set would change. Pure: both versions are read with the variables
 * of this place, so that a difference is one of the files.
 */
public final class Planning {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)}");

  /** Filled in by a run, not by the environment. */
  private static final Set<String> RUN_TIME_NAMES = Set.of("channel_id");

  /** Settings of the server file that reach actors through their definitions. */
  private static final Pattern THROUGH_ACTORS =
      Pattern.compile(
          "(server\\.)?(timezone|circuit_breaker.*|max_consecutive_failures|history_days)|retention\\..*|budget\\..*|--only"
              + "|server\\.(name|description)");

  private final Environment environment;
  private final Forecast forecast;

  /**
   * @param environment variables of this place
   * @param forecast when actors fire
   */
  public Planning(Environment environment, Forecast forecast) {
    this.environment = environment;
    this.forecast = forecast;
  }

  /**
   * Compares.
   *
   * @param inForce what the cluster runs; empty = nothing yet
   * @param local a working set that was loaded here
   * @throws ConfigException if the set cannot be loaded again from what was read
   */
  public DefinitionPlan plan(Optional<StoredDefinition> inForce, WorkingSet local) {
    WrittenSet after =
        ConfigLoader.ofStored(local.sources(), environment).loadWritten(local.entry());
    List<String> warnings = new ArrayList<>();
    Optional<WrittenSet> before = inForce.flatMap(stored -> read(stored, warnings));
    FileChanges comparison =
        new FileChanges(before.map(WrittenSet::files).orElse(Map.of()), after.files());
    before.ifPresent(comparison::usedBy);
    boolean comparable = before.isPresent() || inForce.isEmpty();
    List<FileChange> files = comparison.usedBy(after).list();
    List<SettingChange> server =
        comparable
            ? SettingChange.between(
                before.map(WrittenSet::server).orElse(List.of()), after.server(), false)
            : List.of();
    List<ActorChange> actors = comparable ? actors(before, after, files) : List.of();
    if (before.isPresent()) {
      newVariables(before.get(), after).ifPresent(warnings::add);
      restart(server).ifPresent(warnings::add);
    }
    local.warnings().stream().map(Problem::render).forEach(warnings::add);
    return new DefinitionPlan(
        inForce.map(StoredDefinition::version),
        local.version(),
        actors,
        server,
        comparable ? files : List.of(),
        warnings);
  }

  private Optional<WrittenSet> read(StoredDefinition stored, List<String> warnings) {
    try {
      return Optional.of(
          ConfigLoader.ofStored(stored.sources(), environment).loadWritten(stored.entry()));
    } catch (ConfigException unusable) {
      warnings.add(
          "the version in force cannot be read with the variables of this place, so it is not"
              + " compared: "
              + String.valueOf(unusable.getMessage()).lines().findFirst().orElse(""));
      return Optional.empty();
    }
  }

  private List<ActorChange> actors(
      Optional<WrittenSet> before, WrittenSet after, List<FileChange> files) {
    Map<ActorName, ActorDefinition> old = new TreeMap<>();
    before.ifPresent(set -> set.set().actors().forEach(actor -> old.put(actor.name(), actor)));
    Map<ActorName, ActorDefinition> now = new TreeMap<>();
    after.set().actors().forEach(actor -> now.put(actor.name(), actor));
    Set<ActorName> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    List<ActorChange> changes = new ArrayList<>();
    for (ActorName name : names) {
      List<Setting> was = before.map(set -> settings(set, name)).orElse(List.of());
      changes.add(
          actor(
              name,
              old.get(name),
              now.get(name),
              SettingChange.between(was, settings(after, name), false),
              files.stream()
                  .filter(file -> file.usedBy().contains(name))
                  .map(FileChange::path)
                  .toList()));
    }
    return changes;
  }

  private static List<Setting> settings(WrittenSet set, ActorName name) {
    return set.actors().getOrDefault(name, List.of());
  }

  private ActorChange actor(
      ActorName name,
      @Nullable ActorDefinition old,
      @Nullable ActorDefinition now,
      List<SettingChange> settings,
      List<String> files) {
    if (now == null) {
      return new ActorChange(
          name,
          Kind.REMOVED,
          List.of(),
          Optional.of(new FireChange(forecast.current(name), List.of())),
          List.of(),
          List.of("fires no more; its history stays"));
    }
    if (old == null) {
      return new ActorChange(
          name, Kind.CREATED, settings, fires(null, now), List.of(), notes(null, now, settings));
    }
    boolean same = old.equals(now) && settings.isEmpty() && files.isEmpty();
    return new ActorChange(
        name,
        same ? Kind.UNCHANGED : Kind.CHANGED,
        settings,
        fires(old, now),
        files,
        notes(old, now, settings));
  }

  private Optional<FireChange> fires(@Nullable ActorDefinition old, ActorDefinition now) {
    boolean fired = old != null && old.enabled();
    boolean same = old != null && fired == now.enabled() && old.schedule().equals(now.schedule());
    if (same || (!fired && !now.enabled())) {
      return Optional.empty();
    }
    return Optional.of(
        new FireChange(
            fired ? forecast.current(now.name()) : List.of(),
            now.enabled() ? forecast.coming(now) : List.of()));
  }

  private static List<String> notes(
      @Nullable ActorDefinition old, ActorDefinition now, List<SettingChange> settings) {
    List<String> notes = new ArrayList<>();
    boolean fired = old != null && old.enabled();
    if (!now.enabled()) {
      if (old == null || fired) {
        notes.add(fired ? "is disabled: fires no more" : "is disabled");
      }
      return notes;
    }
    if (old != null && !fired) {
      notes.add("is enabled");
    }
    if (now.schedule() instanceof ActorSchedule.Immediate) {
      notes.add("fires at once, because its schedule is immediate: once for each applied version");
    }
    if (old != null && fired && settings.isEmpty() && !old.equals(now)) {
      notes.add("follows settings of the server file");
    }
    return notes;
  }

  private static Optional<String> newVariables(WrittenSet before, WrittenSet after) {
    Set<String> needed = new TreeSet<>(variables(after));
    needed.removeAll(variables(before));
    return needed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "every node must have "
                + String.join(", ", needed)
                + " set; a node without goes on with the version before");
  }

  private static Set<String> variables(WrittenSet set) {
    Set<String> names = new TreeSet<>();
    List<List<Setting>> all = new ArrayList<>(set.actors().values());
    all.add(set.server());
    for (List<Setting> settings : all) {
      for (Setting setting : settings) {
        Matcher matcher = VARIABLE.matcher(setting.value());
        while (matcher.find()) {
          names.add(Objects.requireNonNull(matcher.group(1)));
        }
      }
    }
    names.removeAll(RUN_TIME_NAMES);
    return names;
  }

  private static Optional<String> restart(List<SettingChange> server) {
    String fields =
        server.stream()
            .map(SettingChange::field)
            .filter(field -> !THROUGH_ACTORS.matcher(field).matches())
            .collect(Collectors.joining(", "));
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(fields + ": counts on a node from its next start");
  }
}
