package io.botticelli.web.app;

import io.botticelli.core.definition.Definitions.Applied;
import io.botticelli.core.definition.Definitions.InForce;
import io.botticelli.core.node.DefinitionDesk;
import io.botticelli.core.node.DefinitionDesk.Proposal;
import io.botticelli.core.node.Workbench;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code apply}: lets the cluster run the local files. */
@Command(
    name = "apply",
    description = "Shows what the local working set would change, then lets the cluster run it.")
final class ApplyCommand implements Callable<Integer> {
  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask; needed where nobody can be asked.")
  private boolean yes;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandContext context = CommandContext.of(spec);
    boolean ask = !yes && !context.options().isJson() && context.canAsk();
    try (Workbench workbench = Workbench.open(context.settings(), false)) {
      DefinitionDesk desk = workbench.definitionDesk();
      Proposal proposal = desk.plan();
      boolean silent = context.options().isJson();
      if (!silent) {
        new DefinitionPlanText(context.output()).print(proposal);
      }
      if (proposal.plan().isEmpty()) {
        return report(context, proposal, new Applied.Unchanged(proposal.plan().to()));
      }
      if (!yes && !ask) {
        throw new CommandException(
            "usage",
            "nothing was applied, because nobody can be asked here; look at the plan with"
                + " 'botticelli plan' and add --yes");
      }
      if (ask && !agreed(context)) {
        context.tell("botticelli: nothing was applied");
        return ExitCodes.FAILED;
      }
      return report(
          context, proposal, desk.apply(proposal, System.getProperty("user.name", "cli")));
    }
  }

  private static boolean agreed(CommandContext context) {
    Optional<String> answer = context.ask("Apply this? [y/N] ");
    return answer
        .map(text -> text.strip().toLowerCase(Locale.ROOT))
        .filter(text -> text.equals("y") || text.equals("yes"))
        .isPresent();
  }

  private static int report(CommandContext context, Proposal proposal, Applied applied) {
    if (applied instanceof Applied.Superseded superseded) {
      throw new CommandException(
          "superseded",
          superseded
                  .now()
                  .map(
                      now ->
                          "another version was applied meanwhile ("
                              + now.version().substring(0, 16)
                              + author(now)
                              + ", "
                              + Output.time(now.appliedAt())
                              + ")")
                  .orElse("the version this was compared with is no longer in force")
              + "; nothing was changed, run 'botticelli apply' again to see the difference to it");
    }
    boolean changed = applied instanceof Applied.Changed;
    if (context.options().isJson()) {
      context.output().json(DefinitionPlanView.of(proposal).applied(changed));
    } else if (changed) {
      context
          .output()
          .line(
              "Applied version "
                  + proposal.set().shortVersion()
                  + "; running nodes follow within seconds.");
    }
    return ExitCodes.OK;
  }

  private static String author(InForce now) {
    @Nullable String by = now.appliedBy().isEmpty() ? null : now.appliedBy();
    return by == null ? "" : " by " + by;
  }
}
