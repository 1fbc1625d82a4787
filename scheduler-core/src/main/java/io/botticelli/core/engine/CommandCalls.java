package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.botticelli.core.ActorServerException;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.platform.Platform;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.platform.PlatformException.Outcome;
import io.botticelli.core.posting.OutboundPosts.OutboundMessage;
import io.botticelli.core.security.CommandCall;
import io.botticelli.core.security.CommandDeniedException;
import io.botticelli.core.security.GateDecision;
import io.botticelli.core.security.GuildLookup;
import io.botticelli.core.table.TableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out bot commands and decides what their failure means. */
final class CommandCalls {
  private final Commands commands;
  private final Arguments arguments;
  private final MessageSends sends;
  private final TableUpdates updates;
  private final StateCapture capture;
  private final CommandGuard guard;
  private final Clock clock;

  CommandCalls(
      Commands commands,
      Arguments arguments,
      MessageSends sends,
      TableUpdates updates,
      StateCapture capture,
      CommandGuard guard,
      Clock clock) {
    this.commands = commands;
    this.arguments = arguments;
    this.sends = sends;
    this.updates = updates;
    this.capture = capture;
    this.guard = guard;
    this.clock = clock;
  }

  /**
   * What became of a command.
   *
   * @param command name with platform, as written
   * @param result null when it failed
   * @param error reason, "" when it succeeded
   */
  record Called(String command, @Nullable JsonNode result, String error) {}

  /**
   * Carries out a command.
   *
   * @return its result, or the reason why an optional one failed
   * @throws RunEndedException if it failed and is required, or may have had its effect although it
   *     failed
   */
  Called call(Pass pass, int act, int input, BotCommand command) {
    String name = qualified(command);
    try {
      JsonNode result = execute(pass, act, input, command);
      return new Called(name, result, "");
    } catch (PlatformException failed) {
      if (failed.outcome() == Outcome.UNKNOWN) {
        throw ended(name, failed, false, Optional.empty());
      }
      return failed(pass, command, failed, failed.retryAfter());
    } catch (CommandDeniedException denied) {
      return failed(pass, command, denied, denied.retryAfter());
    } catch (TableException refused) {
      return failed(pass, command, refused, Optional.empty());
    }
  }

  private Called failed(
      Pass pass, BotCommand command, ActorServerException failure, Optional<Duration> retryAfter) {
    String name = qualified(command);
    if (Thread.currentThread().isInterrupted()) {
      throw RunEndedException.cancelled("cancelled during command " + name, failure);
    }
    boolean required =
        command.required().orElseGet(() -> commands.isWrite(pass.session(), command));
    if (required) {
      throw ended(name, failure, failure.isRetryable(), retryAfter);
    }
    String reason = String.valueOf(failure.getMessage());
    pass.session().warn("optional command " + name + " failed: " + reason);
    return new Called(name, null, reason);
  }

  private static RunEndedException ended(
      String name, ActorServerException failure, boolean retryable, Optional<Duration> after) {
    return RunEndedException.failed(
        failure.code(),
        "command " + name + " failed: " + failure.getMessage(),
        retryable,
        after.map(Duration::toMillis).orElse(0L),
        failure);
  }

  private JsonNode execute(Pass pass, int act, int input, BotCommand command) {
    if (Commands.DATABASE.equals(command.platform())) {
      return update(pass, command);
    }
    Platform platform =
        commands
            .platform(pass.session(), command.platform())
            .orElseThrow(() -> unknownPlatform(pass, command));
    String canonical = platform.canonical(command.command());
    boolean send = Commands.SEND.equals(canonical);
    String actName = pass.narrative().acts().get(act).name();
    // Counted before anything can fail: every attempt must give the same call the same number.
    int occurrence = send ? pass.nextSend(actName) : pass.nextCall(actName, canonical);
    Map<String, JsonNode> values = resolved(arguments.render(pass, command.arguments()));
    CommandCall call =
        new CommandCall(
            command.platform(), platform.name(), canonical, platform.isWrite(canonical), values);
    MessageSends.Place place = new MessageSends.Place(act, input, actName, occurrence);
    JsonNode result =
        call.write()
            ? write(pass, platform, call, place)
            : read(pass, platform, call, command.cacheSeconds());
    capture.afterCommand(pass, command, canonical, result);
    return result;
  }

  private JsonNode write(Pass pass, Platform platform, CommandCall call, MessageSends.Place place) {
    boolean send = Commands.SEND.equals(call.command());
    GateDecision decision = guard.decide(pass, call, lookup(platform));
    if (decision instanceof GateDecision.DryRun dryRun) {
      return guard.pretend(pass, call, dryRun);
    }
    Optional<OutboundMessage> message =
        send ? Optional.of(sends.message(pass, place, call.arguments())) : Optional.empty();
    if (decision instanceof GateDecision.NeedsApproval needed) {
      Optional<JsonNode> done = guard.ask(pass, call, place, message, needed);
      if (done.isPresent()) {
        return done.get();
      }
    }
    pass.session().results().clear(platform.name());
    try {
      return message.isPresent()
          ? sends.send(pass, platform, message.get())
          : platform.execute(new PlatformCommand(call.command(), call.arguments()));
    } finally {
      // What was read while the call was under way may be older than it.
      pass.session().results().clear(platform.name());
    }
  }

  private JsonNode read(
      Pass pass, Platform platform, CommandCall call, Optional<Integer> cacheSeconds) {
    guard.decide(pass, call, lookup(platform));
    CommandResults results = pass.session().results();
    Instant now = clock.instant();
    return results
        .find(call, now)
        .orElseGet(
            () -> {
              JsonNode result =
                  platform.execute(new PlatformCommand(call.command(), call.arguments()));
              results.keep(call, result, now, cacheSeconds);
              return result;
            });
  }

  /** A channel is in a guild when the guild knows it. */
  private static GuildLookup lookup(Platform platform) {
    return (guild, channel) -> {
      try {
        platform.execute(
            new PlatformCommand(
                "channels.get",
                Map.of(
                    "guild_id", TextNode.valueOf(guild), "channel_id", TextNode.valueOf(channel))));
        return true;
      } catch (PlatformException failure) {
        if (failure.kind() == Kind.NOT_FOUND || failure.kind() == Kind.ARGUMENT_INVALID) {
          return false;
        }
        throw failure;
      }
    };
  }

  private JsonNode update(Pass pass, BotCommand command) {
    if (!commands.isTableUpdate(command)) {
      throw PlatformException.rejected(
          Kind.COMMAND_UNKNOWN,
          "platform database knows only update_table, not "
              + Arguments.abbreviated(command.command()));
    }
    Map<String, Object> rest = new LinkedHashMap<>(command.arguments());
    Object alias = rest.remove("where");
    Object clause = rest.remove("where_clause");
    Object filter = clause != null ? clause : alias;
    Arguments.RenderedFilter where =
        arguments.renderFilter(pass, filter instanceof String text ? text : "");
    requireResolved(where.unresolved());
    Map<String, JsonNode> values = resolved(arguments.render(pass, rest));
    CommandCall call =
        new CommandCall(Commands.DATABASE, Commands.DATABASE, "update_table", true, values);
    GateDecision decision =
        guard.decide(
            pass,
            call,
            (guild, channel) -> {
              throw new IllegalStateException("tables are in no guild");
            });
    JsonNode result =
        decision instanceof GateDecision.DryRun dryRun
            ? guard.pretend(pass, call, dryRun)
            : updates.update(pass, where.text(), values);
    capture.afterCommand(pass, command, "update_table", result);
    return result;
  }

  private static Map<String, JsonNode> resolved(Arguments.Rendered rendered) {
    requireResolved(rendered.unresolved());
    return rendered.values();
  }

  private static void requireResolved(List<String> unresolved) {
    if (!unresolved.isEmpty()) {
      throw PlatformException.rejected(
          Kind.ARGUMENT_INVALID,
          "an argument names "
              + String.join(", ", unresolved)
              + ", which stands for nothing at this point; the command was not carried out");
    }
  }

  private static PlatformException unknownPlatform(Pass pass, BotCommand command) {
    String meant =
        "discord".equals(command.platform())
            ? pass.session().request().platform()
            : command.platform();
    return PlatformException.rejected(
        Kind.PLATFORM_UNKNOWN,
        "platform "
            + Arguments.abbreviated(meant)
            + " is not available on this node"
            + ("discord".equals(meant) ? "; set DISCORD_TOKEN" : ""));
  }

  /** Returns the name with its platform. */
  static String qualified(BotCommand command) {
    return command.command().startsWith(command.platform() + ".")
        ? command.command()
        : command.platform() + "." + command.command();
  }
}
