package io.github.mutls;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What is wrong with calls to a URL, found by walking their way: options, certificate and key, CA bundle, proxy, name, every address, the
 * handshake with our certificate and without it, and at last a GET. It holds no secret; {@link #toString} gives it as text.
 */
public final class Diagnosis {
    private final String json;
    private final String text;
    private final String html;
    private final Map<String, Object> facts;

    private Diagnosis(String json, String text, String html) {
        this.json = json;
        this.text = text;
        this.html = html;
        facts = Json.object(Json.parse(json));
    }

    /** How a step, or the whole, came out. */
    public enum State {
        /** Nothing to mend. */
        OK,
        /** It may work, and something deserves a look. */
        WARNING,
        /** Calls fail here. */
        FAILED
    }

    /** One step of the way. */
    public static final class Step {
        private final Map<String, Object> facts;

        private Step(Map<String, Object> facts) {
            this.facts = facts;
        }

        /**
         * Its name.
         *
         * @return options, identity, trust, proxy, dns, connect, handshake, without_identity or answer
         */
        public String name() {
            return text(facts, "name");
        }

        /**
         * How it came out.
         *
         * @return the state
         */
        public State state() {
            return Diagnosis.state(facts);
        }

        /**
         * What was found.
         *
         * @return a sentence
         */
        public String finding() {
            return text(facts, "finding");
        }

        /**
         * The facts that the finding rests on.
         *
         * @return lines
         */
        public List<String> evidence() {
            return Json.list(facts.get("evidence")).stream().map(Object::toString).collect(Collectors.toUnmodifiableList());
        }

        /**
         * What to do about it.
         *
         * @return null where there is nothing to do
         */
        public String cure() {
            return text(facts, "cure");
        }

        /**
         * How long it took.
         *
         * @return milliseconds, where it was measured
         */
        public OptionalDouble milliseconds() {
            Object ms = facts.get("ms");
            return ms instanceof Number ? OptionalDouble.of(((Number) ms).doubleValue()) : OptionalDouble.empty();
        }

        @Override
        public String toString() {
            return name() + ": " + finding();
        }
    }

    /**
     * The URL.
     *
     * @return without user and query
     */
    public String url() {
        return text(facts, "url");
    }

    /**
     * How it came out as a whole.
     *
     * @return the state of its worst step
     */
    public State state() {
        return state(facts);
    }

    /**
     * What is the matter.
     *
     * @return a sentence
     */
    public String summary() {
        return text(facts, "summary");
    }

    /**
     * The code of the error that calls fail with.
     *
     * @return such as {@code client_cert_rejected}; null if they do not fail
     */
    public String code() {
        return text(facts, "code");
    }

    /**
     * The steps.
     *
     * @return in their order, up to the last that could be taken
     */
    public List<Step> steps() {
        return Json.list(facts.get("steps")).stream().map(one -> new Step(Json.object(one))).collect(Collectors.toUnmodifiableList());
    }

    /**
     * A page that needs nothing else, made to be sent to a partner's support desk.
     *
     * @return HTML
     */
    public String html() {
        return html;
    }

    /**
     * All of it, the reports of both handshakes included.
     *
     * @return JSON, the same in every language
     */
    public String toJson() {
        return json;
    }

    @Override
    public String toString() {
        return text;
    }

    private static String text(Map<String, Object> facts, String name) {
        Object value = facts.get(name);
        return value == null ? null : value.toString();
    }

    private static State state(Map<String, Object> facts) {
        switch (String.valueOf(facts.get("state"))) {
            case "ok":
                return State.OK;
            case "warning":
                return State.WARNING;
            default:
                return State.FAILED;
        }
    }

    /** Looks with a request, and puts the handle of what was found at an address. */
    interface Look {
        int at(long request, long found, long error);
    }

    static Diagnosis of(MutlsRequest request, Object owner, Look look) throws MutlsException {
        Direct.refuseInterrupted();
        Abi abi = Natives.abi;
        Scratch out = Scratch.take();
        try {
            Direct.run(request, out, handle -> look.at(handle, out.at(Scratch.NUMBER), out.at(Scratch.ERROR)));
            long found = out.get(Scratch.NUMBER);
            abi.diagnosisJson(found, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
            String json = out.text();
            abi.diagnosisText(found, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
            String text = out.text();
            abi.diagnosisHtml(found, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
            return new Diagnosis(json, text, out.text());
        } finally {
            abi.diagnosisFree(out.get(Scratch.NUMBER));
            out.close();
            Reference.reachabilityFence(owner);
        }
    }
}
