/**
 * The Gemini provider, through LangChain4j; the only package that sees that library. {@link
 * io.botticelli.core.model.gemini.GeminiLanguageModel} makes one HTTP request per call, over its
 * own HTTP client: the library's client loses the Retry-After header, and its exceptions carry the
 * provider's answer, which may repeat the prompt. Thread-safe; every failure is a {@link
 * io.botticelli.core.model.ModelException} without prompt, answer or key.
 */
@NullMarked
package io.botticelli.core.model.gemini;

import org.jspecify.annotations.NullMarked;
