package io.botticelli.core.engine;

import io.botticelli.core.engine.NarrativeRunner.ProgressListener;
import io.botticelli.core.engine.NarrativeRunner.RunRequest;
import io.botticelli.core.engine.NarrativeRunner.RunResult;
import io.botticelli.core.history.Fence;
import io.botticelli.core.media.InputMediaSources;
import io.botticelli.core.media.MediaException;
import io.botticelli.core.media.MediaSources;
import io.botticelli.core.media.UrlMedia;
import io.botticelli.core.narrative.Narrative;
import io.botticelli.core.narrative.SecurityPolicy;
import io.botticelli.core.security.CommandGate;
import io.botticelli.core.security.CommandSecurity;
import io.botticelli.core.security.InMemoryApprovals;
import io.botticelli.core.security.InMemoryBuckets;
import io.botticelli.core.security.SecurityMode;
import io.botticelli.core.state.NarrativeState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An engine with fakes on every port. */
final class EngineFixture {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-04T05:06:07Z"), ZoneOffset.UTC);

  static final Fence FENCE = new Fence(42, 1);

  final ScriptedModel model = new ScriptedModel();
  final InMemoryTables tables = new InMemoryTables();
  final RecordingPlatform platform = new RecordingPlatform();
  final RecordingPosts posts = new RecordingPosts();
  final RecordedRuns runs = new RecordedRuns();
  final Map<String, String> state = new LinkedHashMap<>();
  final Map<String, String> environment = new HashMap<>();
  final Map<String, byte[]> files = new HashMap<>();
  final Map<String, UrlMedia.Fetched> web = new HashMap<>();
  final Map<String, String> variables = new HashMap<>();
  final List<String> warnings = new ArrayList<>();
  final List<String> progress = new ArrayList<>();
  Optional<String> overrideModel = Optional.empty();
  Optional<String> defaultModel = Optional.empty();
  boolean saveContent = true;
  boolean platformMissing;
  String scope = "";
  SecurityMode mode = SecurityMode.PERMISSIVE;
  Optional<SecurityPolicy> serverPolicy = Optional.empty();
  final InMemoryBuckets buckets = new InMemoryBuckets();
  final InMemoryApprovals approvals = new InMemoryApprovals();
  private EngineSettings settings = EngineSettings.DEFAULTS;
  private int runIds;

  EngineFixture with(EngineSettings engineSettings) {
    settings = engineSettings;
    return this;
  }

  RunResult run(Narrative narrative) {
    return engine().run(request(narrative));
  }

  NarrativeEngine engine() {
    return engine(new InputMediaSources(this::fetch));
  }

  NarrativeEngine engine(MediaSources media) {
    NarrativeState narrativeState =
        new NarrativeState() {
          @Override
          public Optional<String> find(String key) {
            return Optional.ofNullable(state.get(key));
          }

          @Override
          public void save(Fence fence, Map<String, String> values) {
            state.putAll(values);
          }
        };
    return new NarrativeEngine(
        new EnginePorts(
            model,
            io.botticelli.core.model.LanguageModel::generate,
            tables,
            media,
            name ->
                name.equals("discord") && !platformMissing
                    ? Optional.of(platform)
                    : Optional.empty(),
            posts,
            runs,
            narrativeState,
            name -> Optional.ofNullable(environment.get(name)),
            CLOCK,
            () -> "run-" + ++runIds,
            new CommandSecurity(mode, serverPolicy, new CommandGate(buckets, CLOCK), approvals)),
        settings);
  }

  RunRequest request(Narrative narrative) {
    return new RunRequest(
        narrative,
        FENCE,
        "poster",
        "discord",
        Optional.of("9000"),
        defaultModel,
        overrideModel,
        variables,
        saveContent,
        new Progress(),
        scope,
        path -> Optional.ofNullable(files.get(path)));
  }

  private UrlMedia.Fetched fetch(String url) {
    UrlMedia.Fetched page = web.get(url);
    if (page == null) {
      throw MediaException.permanent("media_refused", "media url is not to be visited", null);
    }
    return page;
  }

  private final class Progress implements ProgressListener {
    @Override
    public void iterationStarted(String narrative, int depth, int iteration, int iterations) {
      progress.add(narrative + "@" + depth + " " + iteration + "/" + iterations);
    }

    @Override
    public void actFinished(
        String narrative, int depth, int sequence, int acts, String act, String status) {
      progress.add(narrative + "." + act + " " + status);
    }

    @Override
    public void warning(String message) {
      warnings.add(message);
    }
  }
}
