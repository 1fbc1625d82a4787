package io.botticelli.web.server;

import io.botticelli.core.ActorServerException;

/** The HTTP server cannot start; the message names address and port and what to do. */
public final class HttpServerException extends ActorServerException {
  private static final long serialVersionUID = 1L;

  HttpServerException(String message, Throwable cause) {
    super("http_unavailable", message, cause);
  }
}
