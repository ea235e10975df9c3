package io.github.mutls;

/** Placeholder. */
final class MutlsHttpClient {
}
