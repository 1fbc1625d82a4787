package io.botticelli.web.ui;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Renders the precompiled templates; every value is escaped for where it stands. Thread-safe. */
public final class Pages {
  private final TemplateEngine engine =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Pages.class.getClassLoader(), "io.botticelli.web.ui.pages");

  /** Returns the overview as HTML. */
  public String overview(Overview.Page page) {
    return render("overview.jte", Map.of("page", page));
  }

  /**
   * Returns the sign-in page.
   *
   * @param message what went wrong, or ""
   */
  public String signIn(String message) {
    return render("signin.jte", Map.of("message", message));
  }

  /** Returns the style sheet. */
  public String styleSheet() {
    try (InputStream in = Pages.class.getResourceAsStream("/static/botticelli.css")) {
      if (in == null) {
        throw new IllegalStateException("static/botticelli.css is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String render(String template, Map<String, Object> parameters) {
    StringOutput output = new StringOutput();
    engine.render(template, parameters, output);
    return output.toString();
  }
}
