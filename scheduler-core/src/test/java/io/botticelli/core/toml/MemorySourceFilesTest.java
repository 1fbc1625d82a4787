package io.botticelli.core.toml;

import java.util.Map;
import java.util.Optional;

class MemorySourceFilesTest extends SourceFilesContract {
  @Override
  SourceFiles withFiles(Map<String, String> texts, Optional<String> contextPath) {
    return new MemorySourceFiles(texts, Map.of(), contextPath, "");
  }
}
