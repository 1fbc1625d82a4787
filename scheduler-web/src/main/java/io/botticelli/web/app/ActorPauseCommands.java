package io.botticelli.web.app;

import io.botticelli.core.actor.ActorName;
import io.botticelli.core.node.Workbench;
import io.botticelli.web.api.ActorView;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Commands that keep an actor from firing or let it fire again; each prints the actor. */
final class ActorPauseCommands {
  private ActorPauseCommands() {}

  private static int change(
      CommandSpec spec,
      RemoteOptions remote,
      ActorName actor,
      Consumer<Workbench> change,
      Function<ActorView, String> words) {
    CommandContext context = CommandContext.of(spec);
    remote.check(context);
    try (Workbench workbench = Workbench.open(context.settings(), false)) {
      change.accept(workbench);
      ActorView view = ActorsCommand.view(workbench, actor);
      if (context.options().isJson()) {
        context.output().json(view);
      } else {
        context.output().line(words.apply(view));
      }
    }
    return ExitCodes.OK;
  }

  /** {@code actors pause NAME}. */
  @Command(
      name = "pause",
      description =
          "Keeps an actor from firing, on every node; a run that is under way ends normally.")
  static final class Pause implements Callable<Integer> {
    @Mixin private ActorArgument actor = new ActorArgument();
    @Mixin private PauseOptions pause = new PauseOptions();
    @Mixin private AuthorOption author = new AuthorOption();
    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      ActorName name = actor.get(spec);
      Optional<Instant> until = pause.until(spec, Clock.systemUTC());
      return change(
          spec,
          remote,
          name,
          workbench -> workbench.control().pause(name, pause.reason(), author.get(), until),
          view -> name + " is " + ActorNotes.of(view));
    }
  }

  /** {@code actors resume NAME}. */
  @Command(
      name = "resume",
      description =
          "Lets an actor fire again and closes its breaker; what became due meanwhile follows its"
              + " misfire policy.")
  static final class Resume implements Callable<Integer> {
    @Mixin private ActorArgument actor = new ActorArgument();
    @Mixin private AuthorOption author = new AuthorOption();
    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      ActorName name = actor.get(spec);
      return change(
          spec,
          remote,
          name,
          workbench -> workbench.control().resume(name, author.get()),
          view -> name + " is resumed" + outlook(view));
    }

    private static String outlook(ActorView view) {
      if (view.paused()) {
        return " but does not fire yet: " + ActorNotes.of(view);
      }
      return view.nextRun()
          .map(next -> "; next run " + Output.time(next))
          .orElse("; its schedule is " + view.schedule());
    }
  }

  /** {@code actors reset-breaker NAME}. */
  @Command(
      name = "reset-breaker",
      description = "Closes an actor's circuit breaker and forgets its failures; a pause stays.")
  static final class ResetBreaker implements Callable<Integer> {
    @Mixin private ActorArgument actor = new ActorArgument();
    @Mixin private AuthorOption author = new AuthorOption();
    @Mixin private RemoteOptions remote = new RemoteOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      ActorName name = actor.get(spec);
      return change(
          spec,
          remote,
          name,
          workbench -> workbench.control().resetBreaker(name, author.get()),
          view ->
              name + ": breaker closed" + (view.paused() ? ", still " + ActorNotes.of(view) : ""));
    }
  }
}
