package io.github.mutls;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** What an exception tells; made once, thrown where somebody waits. */
final class Failure implements Serializable {
    private static final long serialVersionUID = 1L;

    final Code code;
    final int number;
    final Phase phase;
    final Origin origin;
    final String message;
    final String hint;
    final TlsAlert alert;
    final boolean notProcessed;
    final boolean passing;
    final List<String> causes;
    /** The handshake report in JSON, or null. */
    final String report;
    /** What Java code threw, or null. */
    Throwable source;

    private Failure(Map<String, Object> facts, String report) {
        number = ((Number) facts.getOrDefault("number", Code.INTERNAL.number())).intValue();
        code = constant(Code.class, facts.get("code"), Code.INTERNAL);
        phase = constant(Phase.class, facts.get("phase"), Phase.CONFIG);
        origin = constant(Origin.class, facts.get("origin"), Origin.LOCAL);
        message = String.valueOf(facts.get("message"));
        hint = facts.get("hint") == null ? "" : facts.get("hint").toString();
        alert = TlsAlert.of(Json.object(facts.get("tls_alert")));
        notProcessed = Boolean.TRUE.equals(facts.get("not_processed"));
        passing = Boolean.TRUE.equals(facts.get("transient"));
        causes = List.of(Json.list(facts.get("causes")).stream().map(Object::toString).toArray(String[]::new));
        this.report = report;
    }

    /** An error that this library makes without C. */
    static Failure local(Code code, Phase phase, Origin origin, boolean notProcessed, String message, String hint) {
        return new Failure(
                Map.of("code", code.toString(), "number", code.number(), "phase", phase.toString(), "origin", origin.toString(),
                        "message", message, "hint", hint, "not_processed", notProcessed),
                null);
    }

    /** Something cannot be used, and nothing has happened yet. */
    static Failure refused(Code code, String message, String hint) {
        return local(code, Phase.CONFIG, Origin.LOCAL, true, message, hint);
    }

    static Failure cancelled(boolean notProcessed) {
        return local(Code.CANCELLED, notProcessed ? Phase.QUEUE : Phase.RECEIVE, Origin.CALLER, notProcessed, "the call was cancelled by an interrupt", "");
    }

    /** A native error, which is freed. */
    static Failure taken(long handle, Scratch out) {
        Abi abi = Natives.abi;
        try {
            abi.errorJson(handle, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
            Map<String, Object> facts = Json.object(Json.parse(out.text()));
            abi.errorHandshake(handle, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
            return new Failure(facts, out.text());
        } finally {
            abi.errorFree(handle);
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> kind, Object name, E otherwise) {
        for (E one : kind.getEnumConstants()) {
            if (one.toString().equals(name)) {
                return one;
            }
        }
        return otherwise;
    }

    MutlsException exception() {
        return code.family().exception(this);
    }
}
