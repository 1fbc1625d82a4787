package io.botticelli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.botticelli.core.db.Transactions;

/**
 * What a run costs beyond the model: three acts answered at once, one stored row, on the embedded
 * database with its real commits, next to the bare SQL that leaves the same rows. The two
 * alternate, so that both see the same machine.
 *
 * <p>Properties: {@code runs} (default 400), {@code warmup} (default 150).
 */
public final class RunOverhead {
  private RunOverhead() {}

  /**
   * Runs the benchmark and prints JSON.
   *
   * @throws Exception whatever goes wrong
   */
  public static void main(String[] arguments) throws Exception {
    int runs = Integer.getInteger("runs", 400);
    int warmUp = Integer.getInteger("warmup", 150);
    Samples full = new Samples(runs);
    Samples bare = new Samples(runs);
    try (BenchDatabase database = new BenchDatabase();
        FullRun fullRun = new FullRun(new Transactions(database.sources().application()));
        BareRun bareRun = new BareRun(database.sources().direct())) {
      for (int i = 0; i < warmUp; i++) {
        fullRun.run();
        bareRun.run();
      }
      for (int i = 0; i < runs; i++) {
        full.measure(fullRun::run);
        bare.measure(bareRun::run);
      }
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("benchmark", "run-overhead").put("runs", runs);
    json.set("run", full.json());
    json.set("bare_sql", bare.json());
    json.put("ratio_p50", Samples.rounded(full.percentileMs(0.5) / bare.percentileMs(0.5)));
    System.out.println(json.toPrettyString());
  }
}
