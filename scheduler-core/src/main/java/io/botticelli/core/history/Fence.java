package io.botticelli.core.history;

/**
 * The right to write for one execution. Every effect transaction checks it first: once another node
 * has taken the execution over, the epoch in the database is higher and the write is refused.
 *
 * @param executionId row id in {@code actor_server_executions}
 * @param epoch 1 for the first owner, one more for each take-over
 */
public record Fence(long executionId, int epoch) {}
