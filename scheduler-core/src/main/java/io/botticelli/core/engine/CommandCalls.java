package io.botticelli.core.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.ActorServerException;
import io.botticelli.core.narrative.ActInput.BotCommand;
import io.botticelli.core.platform.Platform;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PlatformException.Kind;
import io.botticelli.core.platform.PlatformException.Outcome;
import io.botticelli.core.table.TableException;
import java.time.Duration;
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

  CommandCalls(
      Commands commands,
      Arguments arguments,
      MessageSends sends,
      TableUpdates updates,
      StateCapture capture) {
    this.commands = commands;
    this.arguments = arguments;
    this.sends = sends;
    this.updates = updates;
    this.capture = capture;
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
    // Counted before anything can fail: every attempt must give the same send the same number.
    int occurrence = send ? pass.nextSend(actName) : 0;
    Map<String, JsonNode> values = resolved(arguments.render(pass, command.arguments()));
    JsonNode result =
        send
            ? sends.send(
                pass, new MessageSends.Place(act, input, actName, occurrence), platform, values)
            : platform.execute(new PlatformCommand(canonical, values));
    capture.afterCommand(pass, command, canonical, result);
    return result;
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
    JsonNode result = updates.update(pass, where.text(), resolved(arguments.render(pass, rest)));
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

  private static String qualified(BotCommand command) {
    return command.command().startsWith(command.platform() + ".")
        ? command.command()
        : command.platform() + "." + command.command();
  }
}
