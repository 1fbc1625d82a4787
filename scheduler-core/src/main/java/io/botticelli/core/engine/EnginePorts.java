package io.botticelli.core.engine;

import io.botticelli.core.history.RunRecorder;
import io.botticelli.core.media.MediaSources;
import io.botticelli.core.model.LanguageModels;
import io.botticelli.core.posting.OutboundPosts;
import io.botticelli.core.security.CommandSecurity;
import io.botticelli.core.state.NarrativeState;
import io.botticelli.core.table.ContentTables;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * Everything outside that a run touches.
 *
 * @param runIds a new unique run id at each call, at most 64 characters
 * @param security asked before every command
 */
public record EnginePorts(
    LanguageModels models,
    ModelCalls calls,
    ContentTables tables,
    MediaSources media,
    Platforms platforms,
    OutboundPosts posts,
    RunRecorder recorder,
    NarrativeState state,
    Environment environment,
    Clock clock,
    Supplier<String> runIds,
    CommandSecurity security) {}
