package io.botticelli.core.engine;

import io.botticelli.core.engine.TextTemplate.Branch;
import io.botticelli.core.engine.TextTemplate.Condition;
import io.botticelli.core.engine.TextTemplate.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses one text; create one parser per text. Linear in the length of the text. */
final class TextTemplateParser {
  private static final Pattern OUTPUT = Pattern.compile("\\{\\{([^{}]*+)}}");
  private static final Pattern LOOP =
      Pattern.compile("([A-Za-z_]\\w*)\\s+in\\s+([\\w.\\-\\[\\]:]+)");
  private static final Pattern CONDITION =
      Pattern.compile(
          "(not\\s+)?([\\w.\\-\\[\\]:]+)(?:\\s*(==|!=)\\s*(?:\"([^\"]*)\"|'([^']*)'))?");

  /** Rendering recurses; nobody writes deeper blocks by hand. */
  private static final int MAX_DEPTH = 32;

  private final String text;
  private final Deque<Block> open = new ArrayDeque<>();
  private int position;
  private boolean trimNext;

  TextTemplateParser(String text) {
    this.text = text;
  }

  /**
   * Parses the text.
   *
   * @return empty when its blocks do not balance or use something that is not supported; the text
   *     is then meant literally
   */
  Optional<TextTemplate> parse() {
    open.push(new Block("text"));
    while (position < text.length()) {
      int next = nextTag();
      addLiteral(text.substring(position, next));
      position = next;
      if (position < text.length() && !tag()) {
        return Optional.empty();
      }
    }
    return open.size() == 1 ? Optional.of(new TextTemplate(open.pop().body)) : Optional.empty();
  }

  private int nextTag() {
    for (int i = position; i + 1 < text.length(); i++) {
      char second = text.charAt(i + 1);
      if (text.charAt(i) == '{' && (second == '{' || second == '%' || second == '#')) {
        return i;
      }
    }
    return text.length();
  }

  private boolean tag() {
    return switch (text.charAt(position + 1)) {
      case '%' -> statement();
      case '#' -> comment();
      default -> output();
    };
  }

  private boolean output() {
    Matcher matcher = OUTPUT.matcher(text).region(position, text.length());
    if (!matcher.lookingAt()) {
      addLiteral(text.substring(position, position + 1));
      position++;
      return true;
    }
    String inner = matcher.group(1);
    boolean trimBefore = inner.startsWith("-");
    boolean trimAfter = inner.length() > 1 && inner.endsWith("-");
    String expression =
        inner.substring(trimBefore ? 1 : 0, inner.length() - (trimAfter ? 1 : 0)).strip();
    afterTag(trimBefore, trimAfter);
    open.element().body.add(new Node.Output(expression, matcher.group()));
    position = matcher.end();
    return true;
  }

  private boolean comment() {
    int end = text.indexOf("#}", position + 2);
    if (end < 0) {
      addLiteral(text.substring(position));
      position = text.length();
      return true;
    }
    String inner = text.substring(position + 2, end);
    afterTag(inner.startsWith("-"), inner.endsWith("-"));
    position = end + 2;
    return true;
  }

  private boolean statement() {
    int end = text.indexOf("%}", position + 2);
    if (end < 0) {
      return false;
    }
    String inner = text.substring(position + 2, end);
    boolean trimBefore = inner.startsWith("-");
    boolean trimAfter = inner.length() > 1 && inner.endsWith("-");
    String statement =
        inner.substring(trimBefore ? 1 : 0, inner.length() - (trimAfter ? 1 : 0)).strip();
    afterTag(trimBefore, trimAfter);
    position = end + 2;
    String[] words = statement.split("\\s+", 2);
    String rest = words.length > 1 ? words[1] : "";
    return switch (words[0]) {
      case "if" -> openChoice(rest);
      case "elif" -> alternative(rest);
      case "else" -> rest.isEmpty() && lastAlternative();
      case "endif" -> rest.isEmpty() && closeChoice();
      case "for" -> openLoop(rest);
      case "endfor" -> rest.isEmpty() && closeLoop();
      default -> false;
    };
  }

  private boolean openChoice(String rest) {
    Optional<Condition> condition = condition(rest);
    if (condition.isEmpty() || open.size() > MAX_DEPTH) {
      return false;
    }
    Block block = new Block("if");
    block.condition = condition.get();
    open.push(block);
    return true;
  }

  private boolean alternative(String rest) {
    Block block = open.element();
    Optional<Condition> condition = condition(rest);
    if (!"if".equals(block.kind) || block.elseSeen || condition.isEmpty()) {
      return false;
    }
    block.endBranch();
    block.condition = condition.get();
    return true;
  }

  private boolean lastAlternative() {
    Block block = open.element();
    if (!"if".equals(block.kind) || block.elseSeen) {
      return false;
    }
    block.endBranch();
    block.condition = Condition.ALWAYS;
    block.elseSeen = true;
    return true;
  }

  private boolean closeChoice() {
    if (!"if".equals(open.element().kind)) {
      return false;
    }
    Block block = open.pop();
    block.endBranch();
    open.element().body.add(new Node.Choice(List.copyOf(block.branches)));
    return true;
  }

  private boolean openLoop(String rest) {
    Matcher matcher = LOOP.matcher(rest);
    if (!matcher.matches() || open.size() > MAX_DEPTH) {
      return false;
    }
    Block block = new Block("for");
    block.variable = matcher.group(1);
    block.expression = matcher.group(2);
    open.push(block);
    return true;
  }

  private boolean closeLoop() {
    if (!"for".equals(open.element().kind)) {
      return false;
    }
    Block block = open.pop();
    open.element()
        .body
        .add(new Node.Loop(block.variable, block.expression, List.copyOf(block.body)));
    return true;
  }

  private static Optional<Condition> condition(String rest) {
    Matcher matcher = CONDITION.matcher(rest);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    @Nullable String literal = matcher.group(4) != null ? matcher.group(4) : matcher.group(5);
    boolean negated = (matcher.group(1) != null) ^ "!=".equals(matcher.group(3));
    return Optional.of(new Condition(matcher.group(2), Optional.ofNullable(literal), negated));
  }

  private void addLiteral(String literal) {
    String kept = trimNext ? literal.stripLeading() : literal;
    if (!kept.isEmpty()) {
      trimNext = false;
      open.element().body.add(new Node.Literal(kept));
    }
  }

  private void afterTag(boolean trimBefore, boolean trimAfter) {
    List<Node> body = open.element().body;
    if (trimBefore
        && !body.isEmpty()
        && body.get(body.size() - 1) instanceof Node.Literal literal) {
      body.set(body.size() - 1, new Node.Literal(literal.text().stripTrailing()));
    }
    trimNext = trimAfter;
  }

  /** A block whose end has not been seen yet. */
  private static final class Block {
    private final String kind;
    private final List<Branch> branches = new ArrayList<>();
    private List<Node> body = new ArrayList<>();
    private Condition condition = Condition.ALWAYS;
    private boolean elseSeen;
    private String variable = "";
    private String expression = "";

    Block(String kind) {
      this.kind = kind;
    }

    void endBranch() {
      branches.add(new Branch(condition, List.copyOf(body)));
      body = new ArrayList<>();
    }
  }
}
