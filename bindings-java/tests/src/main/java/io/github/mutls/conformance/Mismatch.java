package io.github.mutls.conformance;

/** What was claimed does not hold. */
final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Mismatch(String text) {
        super(text);
    }

    Mismatch(String text, Throwable cause) {
        super(text, cause);
    }
}
