package io.botticelli.core.doctor;

/**
 * What one look saw.
 *
 * @param subject as in {@link Finding}
 * @param explanation one sentence
 * @param advice what will be done, or should be
 */
public record Symptom(FindingKind kind, String subject, String explanation, String advice) {}
