package io.botticelli.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.botticelli.core.platform.PlatformCommand;
import io.botticelli.core.platform.PlatformException;
import io.botticelli.core.platform.PostingPlatform;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Passes calls on to a platform, remembers them, and refuses those it is told to refuse. */
final class WatchedPlatform implements PostingPlatform {
  private final PostingPlatform platform;
  private final List<PlatformCommand> commands = new CopyOnWriteArrayList<>();
  private final List<Post> posts = new CopyOnWriteArrayList<>();
  private volatile Predicate<PlatformCommand> refusedCommands = command -> false;
  private volatile boolean refusesPosts;

  WatchedPlatform(PostingPlatform platform) {
    this.platform = platform;
  }

  /** Returns the commands that arrived, those refused too. */
  List<PlatformCommand> commands() {
    return commands;
  }

  /** Returns the posts that were tried. */
  List<Post> posts() {
    return posts;
  }

  void refuseCommands(Predicate<PlatformCommand> which) {
    refusedCommands = which;
  }

  void refusePosts(boolean refuse) {
    refusesPosts = refuse;
  }

  private static PlatformException refusal() {
    return PlatformException.rejected(
        PlatformException.Kind.PERMISSION_DENIED, "the server does not allow it");
  }

  @Override
  public String name() {
    return platform.name();
  }

  @Override
  public String canonical(String command) {
    return platform.canonical(command);
  }

  @Override
  public boolean isWrite(String command) {
    return platform.isWrite(command);
  }

  @Override
  public JsonNode execute(PlatformCommand command) {
    commands.add(command);
    if (refusedCommands.test(command)) {
      throw refusal();
    }
    return platform.execute(command);
  }

  @Override
  public int messageLimit() {
    return platform.messageLimit();
  }

  @Override
  public PostReceipt post(Post post) {
    posts.add(post);
    if (refusesPosts) {
      throw refusal();
    }
    return platform.post(post);
  }

  @Override
  public Optional<PostReceipt> find(Post post, Instant since) {
    return platform.find(post, since);
  }

  @Override
  public List<PostReceipt> findAll(Post post, Instant since) {
    return platform.findAll(post, since);
  }
}
