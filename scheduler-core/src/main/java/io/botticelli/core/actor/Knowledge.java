package io.botticelli.core.actor;

/**
 * A content table an actor looks at before its skills run.
 *
 * @param table table name
 * @param required true: the run fails when the table is missing
 */
public record Knowledge(String table, boolean required) {}
