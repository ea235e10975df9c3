package io.github.mutls.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.mutls.Head;
import io.github.mutls.MutlsException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/** Comparing a claim with what was got. */
final class Claim {
    private Claim() {}

    /** Why it does not hold; null if it does. */
    static String mismatch(JsonNode claim, JsonNode got, String place) {
        JsonNode have = got == null || got.isMissingNode() ? NullNode.instance : got;
        String differs = place + ": expected " + claim + ", got " + cut(have.toString());
        if (claim.isTextual() && claim.asText().equals("$any")) {
            return have.isNull() ? differs : null;
        }
        if (claim.isObject()) {
            Iterator<Map.Entry<String, JsonNode>> members = claim.properties().iterator();
            if (claim.size() == 1 && claim.fieldNames().next().startsWith("$")) {
                Map.Entry<String, JsonNode> operator = members.next();
                return operate(operator.getKey(), operator.getValue(), have) ? null : differs;
            }
            if (!have.isObject()) {
                return differs;
            }
            while (members.hasNext()) {
                Map.Entry<String, JsonNode> member = members.next();
                String what = mismatch(member.getValue(), have.get(member.getKey()), place + "." + member.getKey());
                if (what != null) {
                    return what;
                }
            }
            return null;
        }
        if (claim.isArray()) {
            if (!have.isArray() || have.size() != claim.size()) {
                return differs;
            }
            for (int at = 0; at < claim.size(); at++) {
                String what = mismatch(claim.get(at), have.get(at), place + "[" + at + "]");
                if (what != null) {
                    return what;
                }
            }
            return null;
        }
        boolean same = claim.isNumber() && have.isNumber() ? claim.decimalValue().compareTo(have.decimalValue()) == 0 : claim.equals(have);
        return same ? null : differs;
    }

    private static boolean operate(String operator, JsonNode operand, JsonNode got) {
        switch (operator) {
            case "$contains":
                return operand.size() > 0 && all(operand, part -> contains(got, part));
            case "$lacks":
                return (got.isArray() || got.isTextual()) && all(operand, part -> !contains(got, part));
            case "$one_of":
                return !all(operand, claim -> mismatch(claim, got, "") != null);
            case "$min":
                return got.isNumber() && got.decimalValue().compareTo(operand.decimalValue()) >= 0;
            default:
                return false;
        }
    }

    private static boolean all(JsonNode list, java.util.function.Predicate<JsonNode> holds) {
        for (JsonNode one : list) {
            if (!holds.test(one)) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(JsonNode got, JsonNode part) {
        if (got.isArray()) {
            return !all(got, one -> mismatch(part, one, "") != null);
        }
        return got.isTextual() && part.isTextual() && got.asText().contains(part.asText());
    }

    private static String cut(String text) {
        return text.length() > 600 ? text.substring(0, 600) : text;
    }

    static void error(JsonNode claim, MutlsException error, String place) {
        String what = mismatch(claim, facts(error), "error");
        if (what != null) {
            throw new Mismatch(place + ": " + what, error);
        }
        String family = error.family().toString();
        String kind = "Mutls" + family.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + family.substring(1) + "Exception";
        if (!error.getClass().getSimpleName().equals(kind) || error.number() != error.code().number()) {
            throw new Mismatch(place + ": " + error.code() + " is thrown as " + error.getClass());
        }
    }

    private static ObjectNode facts(MutlsException error) {
        ObjectNode facts = Conformance.JSON.createObjectNode();
        facts.put("code", error.code().toString()).put("number", error.number()).put("family", error.family().toString());
        facts.put("phase", error.phase().toString()).put("origin", error.origin().toString());
        facts.put("message", error.summary()).put("hint", error.hint());
        facts.put("not_processed", error.isNotProcessed()).put("transient", error.isTransient());
        error.tlsAlert().ifPresent(alert -> facts.putObject("tls_alert")
                .put("number", alert.number()).put("name", alert.name()).put("received", alert.received()));
        ArrayNode causes = facts.putArray("causes");
        error.causes().forEach(causes::add);
        return facts;
    }

    static void answer(JsonNode claim, Head answer, byte[] body) throws Exception {
        if (answer.status() != claim.get("status").asInt()) {
            throw new Mismatch("expected " + claim.get("status") + ", got " + answer.status() + " " + cut(latin(body)));
        }
        for (Map.Entry<String, JsonNode> header : claim.path("headers").properties()) {
            ArrayNode got = Conformance.JSON.createArrayNode();
            answer.headers().allValues(header.getKey()).forEach(got::add);
            JsonNode wanted = header.getValue().isNull() ? Conformance.JSON.createArrayNode() : header.getValue();
            hold(mismatch(wanted, got, "header " + header.getKey()));
        }
        if (claim.hasNonNull("url")) {
            hold(mismatch(claim.get("url"), Conformance.JSON.valueToTree(answer.url()), "url"));
        }
        if (claim.hasNonNull("reused")) {
            hold(mismatch(claim.get("reused"), Conformance.JSON.valueToTree(answer.connectionReused()), "reused"));
        }
        body(claim.path("body"), body);
    }

    static void hold(String mismatch) {
        if (mismatch != null) {
            throw new Mismatch(mismatch);
        }
    }

    private static void body(JsonNode claim, byte[] body) throws Exception {
        if (claim.hasNonNull("text") && !claim.get("text").asText().equals(new String(body, StandardCharsets.UTF_8))) {
            throw new Mismatch("body: expected " + claim.get("text") + ", got " + cut(latin(body)));
        }
        if (claim.hasNonNull("length") && claim.get("length").asLong() != body.length) {
            throw new Mismatch("body: expected " + claim.get("length") + " bytes, got " + body.length);
        }
        if (claim.hasNonNull("pattern") && !Arrays.equals(pattern(claim.get("pattern")), body)) {
            throw new Mismatch("body: " + body.length + " bytes are not the pattern " + claim.get("pattern"));
        }
        if (claim.has("json")) {
            hold(mismatch(claim.get("json"), Conformance.JSON.readTree(body), "body"));
        }
    }

    static byte[] pattern(JsonNode claim) {
        byte[] bytes = new byte[claim.get("length").asInt()];
        int seed = claim.path("seed").asInt();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((31L * i + seed) % 251);
        }
        return bytes;
    }

    private static String latin(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }
}
