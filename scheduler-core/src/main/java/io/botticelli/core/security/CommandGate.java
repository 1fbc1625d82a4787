package io.botticelli.core.security;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.narrative.SecurityPolicy.ChannelFilter;
import io.botticelli.core.narrative.SecurityPolicy.CommandRules;
import io.botticelli.core.narrative.SecurityPolicy.RateLimit;
import io.botticelli.core.platform.CommandCatalog;
import io.botticelli.core.security.GateDecision.Allowed;
import io.botticelli.core.security.GateDecision.Denied;
import io.botticelli.core.security.GateDecision.DryRun;
import io.botticelli.core.security.GateDecision.NeedsApproval;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides about one command: permission, resources, arguments, content, rate limit, approval; the
 * first refusal ends it. Thread-safe; keeps nothing.
 */
public final class CommandGate {
  static final String DENIED = "command_denied";
  static final String RESOURCE = "resource_denied";
  static final String ARGUMENT = "argument_refused";
  static final String CONTENT = "content_filtered";
  static final String RATE = "command_rate_limited";

  /** Removing people is never done because nobody thought of forbidding it. */
  private static final Set<String> NAMED_ONLY = Set.of("members.ban", "members.kick");

  private static final List<String> PLATFORMS = List.of("discord", "preview", "noop", "database");

  private final TokenBuckets buckets;
  private final DryRunResults dryRuns;
  private final CommandCatalog catalog = new CommandCatalog();

  /**
   * @param clock tells the time in results of dry runs
   */
  public CommandGate(TokenBuckets buckets, Clock clock) {
    this.buckets = buckets;
    this.dryRuns = new DryRunResults(clock);
  }

  /**
   * Decides about a command. Several policies hold when a narrative runs another: each must let the
   * command pass.
   *
   * @param policies in force, outermost first; empty = there is none
   * @throws io.botticelli.core.platform.PlatformException if a guild constraint cannot be checked
   * @throws io.botticelli.core.StoreException if a rate limit cannot be counted
   */
  public GateDecision decide(
      SecurityMode mode, List<PolicyInForce> policies, CommandCall call, GuildLookup guilds) {
    if (!call.write()) {
      return firstRefusal(policies, policy -> guild(policy, call, guilds))
          .<GateDecision>map(denied -> denied)
          .orElseGet(Allowed::new);
    }
    if (call.isDatabase()) {
      return decideOnUpdate(mode, policies, call);
    }
    Optional<Denied> refusal =
        permission(mode, policies, call)
            .or(() -> firstRefusal(policies, policy -> resources(policy, call, guilds)))
            .or(
                () ->
                    policies.isEmpty() && mode != SecurityMode.DRY_RUN
                        ? Optional.empty()
                        : arguments(call))
            .or(() -> firstRefusal(policies, policy -> content(policy, call)));
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (mode == SecurityMode.DRY_RUN) {
      return new DryRun(dryRuns.of(call));
    }
    Optional<Denied> limited = rateLimit(policies, call);
    if (limited.isPresent()) {
      return limited.get();
    }
    return approval(policies, call).<GateDecision>map(needed -> needed).orElseGet(Allowed::new);
  }

  /** Updates of content tables have an allow-list of their own; a policy has to name them. */
  private GateDecision decideOnUpdate(
      SecurityMode mode, List<PolicyInForce> policies, CommandCall call) {
    for (PolicyInForce policy : policies) {
      if (anyMatches(policy.policy().commands().map(CommandRules::denied), call)) {
        return denied(DENIED, "denied_commands of " + policy.owner() + " names it");
      }
    }
    if (mode == SecurityMode.DRY_RUN) {
      return new DryRun(dryRuns.of(call));
    }
    return rateLimit(policies, call).<GateDecision>map(denied -> denied).orElseGet(Allowed::new);
  }

  private interface Check {
    Optional<Denied> refusal(PolicyInForce policy);
  }

  private static Optional<Denied> firstRefusal(List<PolicyInForce> policies, Check check) {
    return policies.stream().flatMap(policy -> check.refusal(policy).stream()).findFirst();
  }

  // ---- permission

  private Optional<Denied> permission(
      SecurityMode mode, List<PolicyInForce> policies, CommandCall call) {
    if (policies.isEmpty() && mode == SecurityMode.ENFORCE) {
      return Optional.of(
          denied(DENIED, "security.mode is enforce and neither narrative nor server has a policy"));
    }
    Optional<Denied> refusal = firstRefusal(policies, policy -> permission(mode, policy, call));
    if (refusal.isPresent()) {
      return refusal;
    }
    boolean named =
        !policies.isEmpty()
            && policies.stream()
                .allMatch(
                    policy ->
                        policy.policy().commands().stream()
                            .flatMap(rules -> rules.allowed().stream())
                            .anyMatch(entry -> !entry.endsWith("*") && matches(entry, call)));
    return NAMED_ONLY.contains(call.command()) && !named
        ? Optional.of(
            denied(DENIED, "it is carried out only where allowed_commands names it in full"))
        : Optional.empty();
  }

  private Optional<Denied> permission(SecurityMode mode, PolicyInForce policy, CommandCall call) {
    Optional<CommandRules> rules = policy.policy().commands();
    if (rules.isEmpty()) {
      return mode == SecurityMode.ENFORCE
          ? Optional.of(
              denied(
                  DENIED,
                  "security.mode is enforce and the policy of "
                      + policy.owner()
                      + " has no table \"policy\""))
          : Optional.empty();
    }
    if (anyMatches(rules.map(CommandRules::denied), call)) {
      return Optional.of(denied(DENIED, "denied_commands of " + policy.owner() + " names it"));
    }
    return rules.get().allowAllByDefault() || anyMatches(rules.map(CommandRules::allowed), call)
        ? Optional.empty()
        : Optional.of(
            denied(DENIED, "allowed_commands of " + policy.owner() + " does not name it"));
  }

  private boolean anyMatches(Optional<List<String>> entries, CommandCall call) {
    return entries.stream().flatMap(List::stream).anyMatch(entry -> matches(entry, call));
  }

  private boolean matches(String entry, CommandCall call) {
    String name = entry;
    for (String platform : PLATFORMS) {
      if (entry.startsWith(platform + ".")) {
        if (!platform.equals(call.written()) && !platform.equals(call.platform())) {
          return false;
        }
        name = entry.substring(platform.length() + 1);
      }
    }
    return name.endsWith("*")
        ? call.command().startsWith(name.substring(0, name.length() - 1))
        : catalog.canonical(name).equals(call.command());
  }

  // ---- resources

  private Optional<Denied> resources(PolicyInForce policy, CommandCall call, GuildLookup guilds) {
    return channel(policy, call)
        .or(() -> protectedTarget(policy, call))
        .or(() -> prefix(policy, call))
        .or(() -> guild(policy, call, guilds));
  }

  private static Optional<Denied> guild(
      PolicyInForce policy, CommandCall call, GuildLookup guilds) {
    List<String> allowed = policy.policy().constraints().guildIds();
    if (allowed.isEmpty() || call.isDatabase()) {
      return Optional.empty();
    }
    List<String> asked = values(call, "guild_id");
    List<String> channels =
        Stream.of("channel_id", "thread_id", "category_id")
            .flatMap(name -> values(call, name).stream())
            .distinct()
            .toList();
    if (!allowed.containsAll(asked) || asked.isEmpty() && channels.isEmpty()) {
      return Optional.of(
          denied(RESOURCE, "its guild is not in constraints.guild_id of " + policy.owner()));
    }
    List<String> homes = asked.isEmpty() ? allowed : asked;
    boolean inside =
        channels.stream()
            .allMatch(channel -> homes.stream().anyMatch(home -> guilds.contains(home, channel)));
    return inside
        ? Optional.empty()
        : Optional.of(
            denied(
                RESOURCE,
                "its channel is in no guild of constraints.guild_id of " + policy.owner()));
  }

  private static Optional<Denied> channel(PolicyInForce policy, CommandCall call) {
    Optional<ChannelFilter> filter = policy.policy().channels();
    if (filter.isEmpty()) {
      return Optional.empty();
    }
    for (String name : List.of("channel_id", "thread_id")) {
      for (String id : values(call, name)) {
        if (filter.get().deniedIds().contains(id)) {
          return Optional.of(
              denied(RESOURCE, name + " is in resources.channel.denied_ids of " + policy.owner()));
        }
        if (!filter.get().allowAllByDefault() && !filter.get().allowedIds().contains(id)) {
          return Optional.of(
              denied(
                  RESOURCE,
                  name + " is not in resources.channel.allowed_ids of " + policy.owner()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Denied> protectedTarget(PolicyInForce policy, CommandCall call) {
    Set<String> ids = new HashSet<>();
    policy
        .policy()
        .commands()
        .ifPresent(
            rules -> {
              ids.addAll(rules.protectedUsers());
              ids.addAll(rules.protectedRoles());
            });
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    for (Map.Entry<String, JsonNode> argument : call.arguments().entrySet()) {
      Stream<String> targets =
          argument.getKey().equals("content")
              ? ContentCheck.mentioned(argument.getValue().asText()).stream()
              : ArgumentChecks.texts(argument.getValue()).stream();
      if (targets.anyMatch(ids::contains)) {
        return Optional.of(
            denied(
                RESOURCE,
                argument.getKey() + " names a protected user or role of " + policy.owner()));
      }
    }
    return Optional.empty();
  }

  private static Optional<Denied> prefix(PolicyInForce policy, CommandCall call) {
    Optional<String> prefix = policy.policy().constraints().channelPrefix();
    boolean names =
        call.command().equals("channels.create")
            || call.command().equals("channels.get_or_create")
            || call.command().equals("channels.edit") && call.arguments().containsKey("name");
    return prefix.isPresent()
            && names
            && !ArgumentChecks.channelName(call).orElse("").startsWith(prefix.get())
        ? Optional.of(
            denied(
                RESOURCE,
                "name does not start with constraints.channel_prefix of " + policy.owner()))
        : Optional.empty();
  }

  private static List<String> values(CommandCall call, String argument) {
    JsonNode value = call.arguments().get(argument);
    return value == null
        ? List.of()
        : ArgumentChecks.texts(value).stream().filter(text -> !text.isEmpty()).toList();
  }

  // ---- arguments, content, rate, approval

  private static Optional<Denied> arguments(CommandCall call) {
    return ArgumentChecks.refusal(call).map(why -> denied(ARGUMENT, why));
  }

  private static Optional<Denied> content(PolicyInForce policy, CommandCall call) {
    JsonNode content = call.arguments().get("content");
    return content == null
        ? Optional.empty()
        : policy
            .policy()
            .content()
            .flatMap(filter -> ContentCheck.refusal(filter, content.asText()))
            .map(why -> denied(CONTENT, why + " (policy of " + policy.owner() + ")"));
  }

  private Optional<Denied> rateLimit(List<PolicyInForce> policies, CommandCall call) {
    for (PolicyInForce policy : policies) {
      for (Map.Entry<String, RateLimit> limit : policy.policy().rateLimits().entrySet()) {
        if (matches(limit.getKey(), call)) {
          Optional<Duration> wait =
              buckets.take(policy.owner() + "|" + limit.getKey(), limit.getValue());
          if (wait.isPresent()) {
            return Optional.of(
                new Denied(
                    RATE,
                    "rate_limits of "
                        + policy.owner()
                        + " allows "
                        + limit.getValue().maxTokens()
                        + " in "
                        + limit.getValue().window().toSeconds()
                        + " s; the next in "
                        + Math.max(1, wait.get().toSeconds())
                        + " s",
                    wait));
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<NeedsApproval> approval(List<PolicyInForce> policies, CommandCall call) {
    return policies.stream()
        .filter(
            policy ->
                anyMatches(policy.policy().commands().map(CommandRules::requireConfirmation), call))
        .map(policy -> new NeedsApproval("require_confirmation of " + policy.owner() + " names it"))
        .findFirst();
  }

  private static Denied denied(String code, String reason) {
    return new Denied(code, reason, Optional.empty());
  }
}
