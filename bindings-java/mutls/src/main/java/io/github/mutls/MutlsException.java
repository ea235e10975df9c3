package io.github.mutls;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Everything that mutls itself throws. Its message says what happened, and what to do about it.
 *
 * <p>It never carries a passphrase, a key or a header value, so that it may be logged. Each {@link Family} has a subclass.
 */
public abstract class MutlsException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Failure failure;

    MutlsException(Failure failure) {
        super(text(failure), cause(failure));
        this.failure = failure;
    }

    private static String text(Failure failure) {
        String text = failure.message + " [" + failure.code + ", " + failure.phase + ", " + failure.origin + "]";
        return failure.hint.isEmpty() ? text : text + " " + failure.hint;
    }

    private static Throwable cause(Failure failure) {
        if (failure.source != null) {
            return failure.source;
        }
        Throwable below = null;
        for (int at = failure.causes.size() - 1; at >= 0; at--) {
            below = new Cause(failure.causes.get(at), below);
        }
        return below;
    }

    Failure failure() {
        return failure;
    }

    /**
     * What went wrong.
     *
     * @return the code in the catalogue
     */
    public Code code() {
        return failure.code;
    }

    /**
     * The code's stable number.
     *
     * @return such as 205
     */
    public int number() {
        return failure.number;
    }

    /**
     * The group that the code belongs to.
     *
     * @return the family of which this class is
     */
    public Family family() {
        return failure.code.family();
    }

    /**
     * Where in the life of the call it happened.
     *
     * @return the phase
     */
    public Phase phase() {
        return failure.phase;
    }

    /**
     * Who ended it.
     *
     * @return we, the peer, the network or the caller
     */
    public Origin origin() {
        return failure.origin;
    }

    /**
     * What happened, in one or two sentences, without the hint.
     *
     * @return the first part of the message
     */
    public String summary() {
        return failure.message;
    }

    /**
     * What to do, in one sentence.
     *
     * @return the hint; may be empty
     */
    public String hint() {
        return failure.hint;
    }

    /**
     * The TLS alert that ended the connection.
     *
     * @return the alert, where one was seen
     */
    public Optional<TlsAlert> tlsAlert() {
        return Optional.ofNullable(failure.alert);
    }

    /**
     * Whether the peer cannot have acted on the request, so that any request may be repeated.
     *
     * @return true if it was not processed
     */
    public boolean isNotProcessed() {
        return failure.notProcessed;
    }

    /**
     * Whether the same call may well succeed a moment later.
     *
     * @return true if it is
     */
    public boolean isTransient() {
        return failure.passing;
    }

    /**
     * What lies below, in the words of the layers that it comes from.
     *
     * @return the texts, nearest first
     */
    public List<String> causes() {
        return failure.causes;
    }

    /**
     * What was seen of the handshake.
     *
     * @return the report, unless the call did not get that far
     */
    public Optional<HandshakeReport> handshake() {
        return Optional.ofNullable(failure.report).map(HandshakeReport::parse);
    }

    /** What lies below an error. */
    private static final class Cause extends Exception {
        private static final long serialVersionUID = 1L;

        Cause(String text, Throwable below) {
            super(text, below, false, false);
        }

        @Override
        public String toString() {
            return getMessage();
        }
    }
}
