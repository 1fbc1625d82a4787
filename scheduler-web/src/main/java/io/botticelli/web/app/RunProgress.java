package io.botticelli.web.app;

import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Shows a run while it happens: one line with a bar that is drawn again on a terminal, a line for
 * each act elsewhere. Used by one thread.
 */
final class RunProgress implements ProgressListener, AutoCloseable {
  private static final int WIDTH = 24;
  private static final int LONGEST_LINE = 100;

  private final CommandContext context;
  private final boolean redraw;
  private final Set<String> warned = new LinkedHashSet<>();
  private String carousel = "";
  private int drawn;

  RunProgress(CommandContext context, boolean redraw) {
    this.context = context;
    this.redraw = redraw;
  }

  @Override
  public void iterationStarted(String narrative, int depth, int iteration, int iterations) {
    if (depth == 0) {
      carousel = iterations > 1 ? "[" + iteration + "/" + iterations + "] " : "";
    }
  }

  @Override
  public void actStarted(String narrative, int depth, int sequence, int acts, String act) {
    if (redraw) {
      draw(sequence, acts, narrative + " " + act);
    }
  }

  @Override
  public void actFinished(
      String narrative, int depth, int sequence, int acts, String act, String status) {
    if (redraw) {
      draw(sequence + 1, acts, narrative + " " + act + " " + status);
      if (!status.equals("completed")) {
        endLine();
      }
    } else if (!context.options().isJson()) {
      context.tell(
          "  ".repeat(depth)
              + (depth == 0 ? carousel : "")
              + narrative
              + " "
              + (sequence + 1)
              + "/"
              + acts
              + " "
              + act
              + ": "
              + status);
    }
  }

  @Override
  public void warning(String message) {
    if (warned.add(message)) {
      endLine();
      context.tell("warning: " + message);
    }
  }

  private void draw(int done, int total, String what) {
    int filled = total == 0 ? WIDTH : done * WIDTH / total;
    String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
    String line = carousel + "[" + bar + "] " + done + "/" + total + " " + Output.printable(what);
    String shown = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line;
    System.err.print("\r" + shown + " ".repeat(Math.max(0, drawn - shown.length())));
    System.err.flush();
    drawn = shown.length();
  }

  private void endLine() {
    if (drawn > 0) {
      System.err.println();
      drawn = 0;
    }
  }

  @Override
  public void close() {
    endLine();
  }
}
