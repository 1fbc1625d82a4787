package io.botticelli.web.app;

import io.botticelli.core.doctor.Checkup;
import io.botticelli.core.doctor.Checkup.Check;
import io.botticelli.core.doctor.Doctor;
import io.botticelli.core.doctor.Finding;
import io.botticelli.core.node.Workbench;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}: what is wrong with the schedule and around it, straight from the database. */
@Command(
    name = "doctor",
    description = "Looks for what is broken, and repairs what is safe.",
    footer = {
      "",
      "Nodes do the same once a minute. Exit code 0: nothing found, or all repaired; 1: a check",
      "fails or findings are left."
    })
final class DoctorCommand implements Callable<Integer> {
  /** A hand-over between two transactions of Quartz never takes that long. */
  private static final Duration SETTLE = Duration.ofSeconds(2);

  @Option(names = "--repair", description = "Repairs what is safe; else nothing is changed.")
  private boolean repair;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws InterruptedException {
    CommandContext context = CommandContext.of(spec);
    try (Workbench workbench = Workbench.open(context.settings(), false)) {
      List<Check> checks = workbench.checkup();
      List<Finding> findings = findings(workbench.doctor());
      boolean healthy =
          checks.stream().noneMatch(check -> check.level() == Checkup.Level.FAIL)
              && findings.stream().noneMatch(Finding::isOpen);
      if (context.options().isJson()) {
        context.output().json(view(checks, findings, healthy));
      } else {
        print(context.output(), checks, findings);
      }
      return healthy ? ExitCodes.OK : ExitCodes.FAILED;
    }
  }

  private List<Finding> findings(Doctor doctor) throws InterruptedException {
    List<Finding> found = doctor.examine();
    if (!repair || found.stream().noneMatch(finding -> finding.kind().isRepairable())) {
      return found;
    }
    new CountDownLatch(1).await(SETTLE.toMillis(), TimeUnit.MILLISECONDS);
    return doctor.repair(SETTLE);
  }

  private void print(Output output, List<Check> checks, List<Finding> findings) {
    for (Check check : checks) {
      output.line(
          String.format(
              Locale.ROOT, "%-4s  %-12s %s", check.level().shown(), check.name(), check.detail()));
    }
    if (findings.isEmpty()) {
      output.line("ok    schedule     nothing found");
    }
    for (Finding finding : findings) {
      output.line(
          String.format(
              Locale.ROOT,
              "%-4s  %-12s %s: %s (since %s); %s",
              finding.isRepaired()
                  ? "ok"
                  : finding.severity() == Finding.Severity.ERROR
                      ? "fail"
                      : finding.severity().stored(),
              finding.kind().stored(),
              finding.subject(),
              finding.explanation(),
              Output.time(finding.since()),
              (finding.isRepaired() ? "repaired: " : "") + finding.advice()));
    }
    if (!repair && findings.stream().anyMatch(finding -> finding.kind().isRepairable())) {
      output.line("Repair with: botticelli doctor --repair");
    }
  }

  private static Map<String, Object> view(
      List<Check> checks, List<Finding> findings, boolean healthy) {
    return Map.of(
        "ok",
        healthy,
        "checks",
        checks.stream()
            .map(check -> new CheckView(check.name(), check.level().shown(), check.detail()))
            .toList(),
        "findings",
        findings.stream().map(FindingView::of).toList());
  }

  private record CheckView(String name, String level, String detail) {}

  private record FindingView(
      String kind,
      String subject,
      String severity,
      Instant since,
      Instant lastSeen,
      int count,
      String explanation,
      String advice,
      boolean repairable,
      boolean repaired,
      Optional<Instant> repairedAt) {
    static FindingView of(Finding finding) {
      return new FindingView(
          finding.kind().stored(),
          finding.subject(),
          finding.severity().stored(),
          finding.since(),
          finding.lastSeen(),
          finding.count(),
          finding.explanation(),
          finding.advice(),
          finding.kind().isRepairable(),
          finding.isRepaired(),
          finding.repairedAt());
    }
  }
}
