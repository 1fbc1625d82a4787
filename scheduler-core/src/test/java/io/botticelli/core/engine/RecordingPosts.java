package io.botticelli.core.engine;

import io.botticelli.core.history.Fence;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PostingPlatform;
import io.botticelli.core.platform.PostingPlatform.PostReceipt;
import io.botticelli.core.posting.OutboundPosts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers messages; answers with as many receipts as a test wants. */
final class RecordingPosts implements OutboundPosts {
  final List<OutboundMessage> sent = new ArrayList<>();
  private int parts = 1;
  private @Nullable PlatformException failure;

  RecordingPosts splittingInto(int count) {
    parts = count;
    return this;
  }

  RecordingPosts fail(@Nullable PlatformException exception) {
    failure = exception;
    return this;
  }

  @Override
  public List<PostReceipt> send(Fence fence, PostingPlatform platform, OutboundMessage message) {
    if (failure != null) {
      throw failure;
    }
    sent.add(message);
    List<PostReceipt> receipts = new ArrayList<>();
    for (int part = 1; part <= parts; part++) {
      receipts.add(
          new PostReceipt(
              sent.size() + "0" + part,
              message.channelId(),
              message.content(),
              Instant.parse("2026-03-04T05:06:07Z")));
    }
    return receipts;
  }
}
