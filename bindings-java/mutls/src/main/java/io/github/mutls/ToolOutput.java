package io.github.mutls;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What a tool gives: a report, and what was made and not written to a file. {@link #toString} shows names only: a part may be a key. */
public final class ToolOutput {
    private final String json;
    private final Map<String, byte[]> parts;

    private ToolOutput(String json, Map<String, byte[]> parts) {
        this.json = json;
        this.parts = parts;
    }

    /**
     * The report.
     *
     * @return JSON, the same in every language
     */
    public String toJson() {
        return json;
    }

    /**
     * The report.
     *
     * @return maps, lists, texts, numbers, booleans and nulls
     */
    public Map<String, Object> report() {
        return Json.object(Json.parse(json));
    }

    /**
     * What was made.
     *
     * @return the names of the parts
     */
    public Set<String> names() {
        return Set.copyOf(parts.keySet());
    }

    /**
     * Something that was made.
     *
     * @param name such as {@code output}, {@code bundle}, {@code csr} or {@code key}
     * @return the bytes themselves: overwrite those of a key when they are used up; null if there are none of that name
     */
    public byte[] part(String name) {
        return parts.get(name);
    }

    @Override
    public String toString() {
        return "ToolOutput" + parts.keySet();
    }

    static ToolOutput of(String tool, String document, long config, Scratch out) throws MutlsException {
        Direct.refuseInterrupted();
        Abi abi = Natives.abi;
        byte[] name = tool.getBytes(StandardCharsets.UTF_8);
        byte[] json = document.getBytes(StandardCharsets.UTF_8);
        long handle = 0;
        try {
            long token = out.wait.spareToken(out);
            int status;
            out.wait.begin(token);
            try {
                status = abi.toolRunCancellable(config, out.put(name), name.length, out.put(json), json.length, token,
                        out.at(Scratch.RESPONSE), out.at(Scratch.ERROR));
            } finally {
                out.wait.end();
            }
            out.check(status);
            handle = out.take(Scratch.RESPONSE);
            return read(handle, out);
        } finally {
            abi.outputFree(handle);
        }
    }

    private static ToolOutput read(long handle, Scratch out) throws MutlsException {
        Abi abi = Natives.abi;
        out.check(abi.outputJson(handle, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), out.at(Scratch.ERROR)));
        String json = out.text();
        out.check(abi.outputNames(handle, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), out.at(Scratch.ERROR)));
        Map<String, byte[]> parts = new LinkedHashMap<>();
        for (Object name : Json.list(Json.parse(out.text()))) {
            byte[] utf8 = name.toString().getBytes(StandardCharsets.UTF_8);
            out.check(abi.outputPart(
                    handle, out.put(utf8), utf8.length, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), out.at(Scratch.ERROR)));
            parts.put(name.toString(), out.view());
        }
        return new ToolOutput(json, parts);
    }
}
