package io.botticelli.web.app;

import picocli.CommandLine.Command;

/** {@code fire}: another name of {@code actors trigger}. */
@Command(name = "fire", description = "Fires an actor now, on some node: 'actors trigger'.")
final class FireCommand extends TriggerCommand {}
