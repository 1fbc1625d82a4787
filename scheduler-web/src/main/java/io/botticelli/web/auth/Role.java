package io.botticelli.web.auth;

import io.javalin.security.RouteRole;

/** What a route asks of the caller. */
public enum Role implements RouteRole {
  /** Nothing: probes, metrics, the sign-in page and its style sheet. */
  ANYONE,
  /** A valid session or token. */
  READONLY
}
