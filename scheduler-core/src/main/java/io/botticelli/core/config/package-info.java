/**
 * Server and actor files in every spelling, read into one normalised model; all mistakes reported
 * at once.
 *
 * <p>{@link io.botticelli.core.config.ConfigLoader} turns files into a {@link
 * io.botticelli.core.config.WorkingSet} or a {@link io.botticelli.core.config.ConfigException} that
 * lists every error of every file. It works from disk and from what a working set kept of its
 * files, so that each node can build what the cluster agreed on. {@link
 * io.botticelli.core.config.Environment} is the only reader of environment variables; secrets are
 * {@link io.botticelli.core.config.SecretValue}s.
 *
 * <pre>
 * server file --ServerConfigReader--> ServerConfig
 *      |  entries, in forms S1..S5
 *      v
 * actor files --ActorReader, SkillReader, ScheduleReader--> ActorDefinition
 *      |  narrative paths
 *      v
 * narratives  --NarrativeLibrary (NarrativeParser)--> Narrative
 * </pre>
 *
 * <p>Variables are replaced section by section, after it is known whether an actor is enabled: what
 * a disabled actor names need not be there. Everything public here is immutable and thread-safe.
 */
@NullMarked
package io.botticelli.core.config;

import org.jspecify.annotations.NullMarked;
