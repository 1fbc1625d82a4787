package io.botticelli.core.table;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of content tables: how a free text becomes one, and which belong to the server. */
public final class TableNames {
  /** Longest identifier PostgreSQL keeps (NAMEDATALEN - 1); longer ones would be cut silently. */
  public static final int MAX_LENGTH = 63;

  private static final Pattern OTHER = Pattern.compile("[^a-z0-9_]+");
  private static final Pattern SYSTEM =
      Pattern.compile(
          "(qrtz_|actor_|narrative_|act_|content_generation|pg_|preview_|definition_"
              + "|databasechangelog).*");
  private static final Set<String> SYSTEM_NAMES =
      Set.of("information_schema", "outbound_posts", "row_claims", "row_claim_reads", "llm_usage");

  private TableNames() {}

  /**
   * Turns any text, such as a narrative's name, into a table name: lower-case, runs of characters
   * other than {@code [a-z0-9_]} become one underscore, a leading digit gets the prefix {@code t_},
   * at most {@link #MAX_LENGTH} characters.
   *
   * @return a valid identifier; {@code t_} when nothing of the text is usable
   */
  public static String sanitise(String text) {
    String name = OTHER.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("_");
    if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
      name = "t_" + name;
    }
    return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH);
  }

  /**
   * Tells whether a name belongs to the server or to PostgreSQL; such tables are neither read nor
   * written by narratives unless a setting lists them.
   *
   * @param name a table name in any case
   */
  public static boolean isSystem(String name) {
    String folded = name.toLowerCase(Locale.ROOT);
    return SYSTEM.matcher(folded).matches() || SYSTEM_NAMES.contains(folded);
  }
}
