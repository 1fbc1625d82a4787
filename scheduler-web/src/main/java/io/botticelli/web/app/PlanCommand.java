package io.botticelli.web.app;

import io.botticelli.core.node.DefinitionDesk.Proposal;
import io.botticelli.core.node.Workbench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plan}: what the local files would change. */
@Command(
    name = "plan",
    description = "Shows what the local working set would change in the cluster; changes nothing.")
final class PlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    CommandContext context = CommandContext.of(spec);
    try (Workbench workbench = Workbench.open(context.settings(), false)) {
      Proposal proposal = workbench.definitionDesk().plan();
      if (context.options().isJson()) {
        context.output().json(DefinitionPlanView.of(proposal));
      } else {
        new DefinitionPlanText(context.output()).print(proposal);
        if (!proposal.plan().isEmpty()) {
          context.output().line("Apply it with: botticelli apply");
        }
      }
    }
    return ExitCodes.OK;
  }
}
