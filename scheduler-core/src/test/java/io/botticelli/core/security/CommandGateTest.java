package io.botticelli.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.botticelli.core.narrative.NarrativeParser;
import io.botticelli.core.security.GateDecision.Allowed;
import io.botticelli.core.security.GateDecision.Denied;
import io.botticelli.core.security.GateDecision.DryRun;
import io.botticelli.core.security.GateDecision.NeedsApproval;
import io.botticelli.core.toml.MemorySourceFiles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandGateTest {
  private static final String CHANNEL = "500000000000000001";
  private static final String GUILD = "400000000000000001";
  private static final String USER = "200000000000000001";
  private static final String OPEN = "[security.policy]\nallow_all_by_default = true\n";
  private static final Set<String> CHANNELS_OF_GUILD = Set.of(CHANNEL);

  private final InMemoryBuckets buckets = new InMemoryBuckets();
  private final CommandGate gate =
      new CommandGate(buckets, Clock.fixed(Instant.parse("2026-03-04T05:06:07Z"), ZoneOffset.UTC));
  private SecurityMode mode = SecurityMode.PERMISSIVE;

  @Test
  void withoutAPolicyThePermissiveModeAllowsAndTheOthersDoNot() {
    assertThat(decide("", send("hi"))).isInstanceOf(Allowed.class);
    assertThat(decide("", send("@everyone https://a.example"))).isInstanceOf(Allowed.class);

    mode = SecurityMode.ENFORCE;
    assertThat(code(decide("", send("hi")))).isEqualTo("command_denied");
    assertThat(decide("", call("channels.list", false, Map.of("guild_id", GUILD))))
        .isInstanceOf(Allowed.class);

    mode = SecurityMode.DRY_RUN;
    DryRun result = (DryRun) decide("", send("hi"));
    assertThat(result.result().path("id").asText()).hasSize(18);
    assertThat(result.result().path("dry_run").asBoolean()).isTrue();
    assertThat(result.result().path("channel_id").asText()).isEqualTo(CHANNEL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"members.ban", "members.kick"})
  void removingPeopleNeedsAnEntryOfItsOwn(String command) {
    CommandCall call = call(command, true, Map.of("guild_id", GUILD, "user_id", USER));

    for (SecurityMode each : SecurityMode.values()) {
      mode = each;
      assertThat(code(decide("", call))).isEqualTo("command_denied");
      assertThat(code(decide(OPEN, call))).isEqualTo("command_denied");
      assertThat(code(decide("[security.policy]\nallowed_commands = [\"members.*\", \"*\"]", call)))
          .isEqualTo("command_denied");
    }
    mode = SecurityMode.PERMISSIVE;
    assertThat(decide("[security.policy]\nallowed_commands = [\"discord." + command + "\"]", call))
        .isInstanceOf(Allowed.class);
  }

  @ParameterizedTest
  @CsvSource({
    "allowed_commands = ['messages.send'], true",
    "allowed_commands = ['Discord.Messages.Send'], true",
    "allowed_commands = ['message.send'], true",
    "allowed_commands = ['messages.*'], true",
    "allowed_commands = ['*'], true",
    "allowed_commands = ['noop.messages.send'], false",
    "allowed_commands = ['messages.edit'], false",
    "allowed_commands = [], false",
    "allow_all_by_default = true, true",
    "denied_commands = [], false",
    "'allow_all_by_default = true\ndenied_commands = [\"discord.messages.*\"]', false",
    "'allowed_commands = [\"messages.send\"]\ndenied_commands = [\"messages.send\"]', false",
  })
  void denyListThenAllowListThenAllowAll(String policy, boolean allowed) {
    GateDecision decision = decide("[security.policy]\n" + policy.replace('\'', '"'), send("hi"));

    assertThat(decision).isInstanceOf(allowed ? Allowed.class : Denied.class);
  }

  @Test
  void guildConstraintHoldsForReadsAndForChannelsElsewhere() {
    String policy = OPEN + "[security.constraints]\nguild_id = [\"" + GUILD + "\"]\n";

    assertThat(decide(policy, send("hi"))).isInstanceOf(Allowed.class);
    assertThat(code(decide(policy, send("hi", "channel_id", "500000000000000009"))))
        .isEqualTo("resource_denied");
    assertThat(
            code(
                decide(
                    policy,
                    call("channels.list", false, Map.of("guild_id", "400000000000000002")))))
        .isEqualTo("resource_denied");
    assertThat(
            code(
                decide(
                    policy,
                    call("messages.list", false, Map.of("channel_id", "500000000000000009")))))
        .isEqualTo("resource_denied");
    assertThat(decide(policy, call("channels.list", false, Map.of("guild_id", GUILD))))
        .isInstanceOf(Allowed.class);
  }

  @Test
  void channelFilterProtectedIdsAndPrefix() {
    String filter = OPEN + "[security.resources.channel]\n";
    String prefix = OPEN + "[security.constraints]\nchannel_prefix = \"bot-\"\n";
    String people = OPEN + "protected_users = [\"" + USER + "\"]\n";

    assertThat(code(decide(filter, send("hi")))).isEqualTo("resource_denied");
    assertThat(decide(filter + "allowed_ids = [" + CHANNEL + "]", send("hi")))
        .isInstanceOf(Allowed.class);
    assertThat(
            code(
                decide(
                    filter + "allow_all_by_default = true\ndenied_ids = [\"" + CHANNEL + "\"]",
                    send("hi", "channel_id", " " + CHANNEL + " "))))
        .isEqualTo("resource_denied");
    assertThat(code(decide(people, send("hi <@!" + USER + ">")))).isEqualTo("resource_denied");
    assertThat(
            code(
                decide(
                    people,
                    call("members.timeout", true, Map.of("guild_id", GUILD, "user_id", USER)))))
        .isEqualTo("resource_denied");
    assertThat(decide(prefix, create("Bot-News"))).isInstanceOf(Allowed.class);
    assertThat(code(decide(prefix, create("news")))).isEqualTo("resource_denied");
  }

  @ParameterizedTest
  @CsvSource({
    "channel_id, 123",
    "channel_id, 5000000000000000011234",
    "channel_id, ５00000000000000001",
    "channel_id, 500000000000000001/../messages",
    "content, '   '",
  })
  void argumentsAreCheckedBeforeThePlatformSeesThem(String argument, String value) {
    assertThat(code(decide(OPEN, send("hi", argument, value)))).isEqualTo("argument_refused");
    assertThat(decide(OPEN, create("a".repeat(101)))).isInstanceOf(Denied.class);
    assertThat(decide(OPEN, create("a/b"))).isInstanceOf(Denied.class);
  }

  @Test
  void contentThatIsNoTextIsRefused() {
    Map<String, JsonNode> arguments = new LinkedHashMap<>(send("hi").arguments());
    arguments.put("content", new ObjectMapper().createArrayNode().add("@everyone"));

    assertThat(
            code(
                decide(
                    OPEN, new CommandCall("discord", "discord", "messages.send", true, arguments))))
        .isEqualTo("argument_refused");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@everyone",
        "hello @here",
        "@EveryOne",
        "@every\u200Bone",
        "@\u200Beveryone",
        "\u2060@\uFEFFhere",
        "@e\u00ADveryone",
        "@ev\u034Feryone",
        "@\u0435v\u0435ry\u043En\u0435",
        "@h\u0435r\u0435",
        "\uFF20everyone",
        "\uFE6Bhere",
        "@\uFF45\uFF56\uFF45\uFF52\uFF59\uFF4F\uFF4E\uFF45",
        "@\uD835\uDD56\uD835\uDD67\uD835\uDD56\uD835\uDD63\uD835\uDD6A\uD835\uDD60\uD835\uDD5F\uD835\uDD56",
        "@e\u0301veryone",
        "@every0ne",
        "@here\uDB40\uDC01",
        "@\u202Eeveryone",
      })
  void massMentionsAreFoundHoweverDisguised(String content) {
    assertThat(code(decide(OPEN + "[security.content]", send(content))))
        .isEqualTo("content_filtered");
    assertThat(decide(OPEN + "[security.content]\nblock_mass_mentions = false", send(content)))
        .isInstanceOf(Allowed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"everyone is here", "mail me @ home", "Ευχαριστώ, всем привет", "@her"})
  void ordinaryTextPasses(String content) {
    assertThat(decide(OPEN + "[security.content]", send(content))).isInstanceOf(Allowed.class);
  }

  @Test
  void mentionsLengthAndPatternsAreLimited() {
    String filter = OPEN + "[security.content]\n";

    assertThat(decide(filter, send("<@1>".repeat(5)))).isInstanceOf(Allowed.class);
    assertThat(code(decide(filter, send("<@1><@!2><@&3>".repeat(2)))))
        .isEqualTo("content_filtered");
    assertThat(code(decide(filter + "max_length = 3", send("\uD83D\uDE00".repeat(4)))))
        .isEqualTo("content_filtered");
    assertThat(decide(filter + "max_length = 4", send("\uD83D\uDE00".repeat(4))))
        .isInstanceOf(Allowed.class);
    assertThat(
            code(
                decide(
                    filter + "prohibited_patterns = [\"(?i)free money\"]",
                    send("FR\u200BEE money"))))
        .isEqualTo("content_filtered");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/",
        "HTTPS://EVIL.example",
        "https://evil.example.",
        "https://evil.example../x",
        "https://evil.example\u3002/x",
        "https://evil\uFF0Eexample",
        "https://www.evil.example",
        "https://good.example@evil.example/",
        "https://good.example:443@evil.example:8443/",
        "https://evil.example\\@good.example",
        "https:\\\\evil.example",
        "https://ev\u200Bil.example",
        "https://%65vil.example",
        "https://\uFF45vil.example",
        "[good.example](https://evil.example)@good.example",
        "https://evil.example?https://good.example",
        "<https://evil.example>",
        "https://evil.example:443",
      })
  void noLinkReachesADeniedDomain(String content) {
    String filter = OPEN + "[security.content]\nmax_urls = 9\n";

    assertThat(code(decide(filter + "denied_domains = [\"evil.example\"]", send(content))))
        .isEqualTo("content_filtered");
    assertThat(code(decide(filter + "allowed_domains = [\"good.example\"]", send(content))))
        .isEqualTo("content_filtered");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://good.example.evil.example",
        "https://notgood.example",
        "https://g\u043E\u043Ed.example",
        "https://good.example\u200B.other.example",
        "https://2130706433/",
        "https://[::1]/",
        "https://",
        "https://b\u00FCcher.example",
        "discord.gg/abc",
      })
  void onlyAllowedDomainsAreLinkedTo(String content) {
    assertThat(
            code(
                decide(
                    OPEN + "[security.content]\nallowed_domains = [\"good.example\"]",
                    send(content))))
        .isEqualTo("content_filtered");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://good.example/a?b=c#d",
        "(https://sub.good.example.)",
        "[x](https://GOOD.example/) and https://good.example:8080",
        "https://xn--bcher-kva.example and https://b\u00FCcher.example",
        "nothing at all",
      })
  void allowedDomainsPass(String content) {
    String filter =
        OPEN + "[security.content]\nallowed_domains = [\"good.example\", \"bücher.example\"]";

    assertThat(decide(filter, send(content))).isInstanceOf(Allowed.class);
  }

  @Test
  void linksAreCountedEvenWhereTheyTouch() {
    assertThat(
            code(
                decide(
                    OPEN + "[security.content]",
                    send(
                        "[a](https://a.example)[b](http://b.example)https://c.example discord.gg/x"))))
        .isEqualTo("content_filtered");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "@", "https://", "<@1", "\u0301", "h\u200B", "https:\\\\@%"})
  void hugeHostileTextIsJudgedInAMoment(String piece) {
    String content = piece.repeat(100_000 / piece.length());
    String filter =
        OPEN
            + "[security.content]\nmax_urls = 1000000\nmax_mentions = 1000000\n"
            + "denied_domains = [\"evil.example\"]\nprohibited_patterns = [\"(a|a)*b\", \"(.*)*x\"]";
    long begun = System.nanoTime();

    for (String text : List.of(content, content.substring(0, 40_000))) {
      decide(filter, send(text));
    }

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    assertThat(code(decide(filter, send(content)))).isEqualTo("argument_refused");
  }

  @Test
  void rateLimitComesAfterTheOtherChecksAndBeforeApproval() {
    String policy =
        OPEN
            + "require_confirmation = [\"messages.send\"]\n[security.content]\n"
            + "[security.rate_limits]\n"
            + "\"messages.send\" = { max_tokens = 1, window_secs = 60, burst = 1 }";

    assertThat(decide(policy, send("@everyone"))).isInstanceOf(Denied.class);
    assertThat(decide(policy, send("hi"))).isInstanceOf(NeedsApproval.class);
    assertThat(decide(policy, send("hi"))).isInstanceOf(NeedsApproval.class);
    Denied limited = (Denied) decide(policy, send("hi"));

    assertThat(limited.code()).isEqualTo("command_rate_limited");
    assertThat(limited.retryAfter()).contains(Duration.ofSeconds(60));
  }

  @Test
  void aDryRunTakesNoTokenAndAsksNobody() {
    mode = SecurityMode.DRY_RUN;
    String policy =
        OPEN
            + "require_confirmation = [\"*\"]\n[security.rate_limits]\n"
            + "\"messages.send\" = { max_tokens = 1, window_secs = 60 }";

    assertThat(decide(policy, send("hi"))).isInstanceOf(DryRun.class);
    assertThat(decide(policy, send("hi", "channel_id", "x"))).isInstanceOf(Denied.class);
    assertThat(buckets.taken).isEmpty();
  }

  @Test
  void everyPolicyOfAChainMustLetTheCommandPass() {
    List<PolicyInForce> chain =
        List.of(policy("[security.policy]\nallowed_commands = [\"messages.send\"]"), policy(OPEN));

    assertThat(gate.decide(mode, chain, create("news"), (guild, channel) -> true))
        .isInstanceOf(Denied.class);
    assertThat(gate.decide(mode, chain, send("hi"), (guild, channel) -> true))
        .isInstanceOf(Allowed.class);
  }

  @Test
  void updatesOfTablesAreHeldAgainstAPolicyThatNamesThem() {
    CommandCall update = call("database", "update_table", true, Map.of("table_name", "content"));

    assertThat(decide("[security.policy]\nallowed_commands = [\"messages.send\"]", update))
        .isInstanceOf(Allowed.class);
    assertThat(decide("[security.policy]\ndenied_commands = [\"database.update_table\"]", update))
        .isInstanceOf(Denied.class);
    assertThat(decide("[security.policy]\ndenied_commands = [\"discord.*\"]", update))
        .isInstanceOf(Allowed.class);
    mode = SecurityMode.ENFORCE;
    assertThat(decide("", update)).isInstanceOf(Allowed.class);
    mode = SecurityMode.DRY_RUN;
    assertThat(decide("", update)).isInstanceOf(DryRun.class);
  }

  private GateDecision decide(String toml, CommandCall call) {
    return gate.decide(
        mode,
        toml.isEmpty() ? List.of() : List.of(policy(toml)),
        call,
        (guild, channel) -> guild.equals(GUILD) && CHANNELS_OF_GUILD.contains(channel));
  }

  private static PolicyInForce policy(String toml) {
    String narrative =
        "[narrative]\nname = \"n\"\nskip_content_generation = true\n[toc]\norder = [\"a\"]\n"
            + "[acts]\na = \"Write.\"\n";
    return new PolicyInForce(
        new NarrativeParser(
                new MemorySourceFiles(Map.of("n.toml", narrative + toml)), name -> Optional.empty())
            .parse("n.toml")
            .choose(Optional.empty())
            .narrative()
            .security()
            .orElseThrow(),
        "narrative n");
  }

  private static String code(GateDecision decision) {
    assertThat(decision).isInstanceOf(Denied.class);
    return ((Denied) decision).code();
  }

  private static CommandCall send(String content, String... replaced) {
    Map<String, String> arguments = new LinkedHashMap<>();
    arguments.put("channel_id", CHANNEL);
    arguments.put("content", content);
    for (int i = 0; i + 1 < replaced.length; i += 2) {
      arguments.put(replaced[i], replaced[i + 1]);
    }
    return call("messages.send", true, arguments);
  }

  private static CommandCall create(String name) {
    return call("channels.create", true, Map.of("guild_id", GUILD, "name", name));
  }

  private static CommandCall call(String command, boolean write, Map<String, String> arguments) {
    return call("discord", command, write, arguments);
  }

  private static CommandCall call(
      String platform, String command, boolean write, Map<String, String> arguments) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    arguments.forEach((name, value) -> values.put(name, new ObjectMapper().valueToTree(value)));
    return new CommandCall(platform, platform, command, write, values);
  }
}
