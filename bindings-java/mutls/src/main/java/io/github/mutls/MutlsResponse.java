package io.github.mutls;

/** An answer with its whole body. */
public final class MutlsResponse extends Head {
    private final byte[] body;

    MutlsResponse(long response, MutlsClient client, Scratch out, byte[] body) {
        super(response, client, out);
        this.body = body;
    }

    MutlsResponse(Head head, byte[] body) {
        super(head);
        this.body = body;
    }

    /**
     * The body.
     *
     * @return its bytes, which are not copied
     */
    public byte[] bytes() {
        return body;
    }

    /**
     * The body as text, in the charset that the answer names, else in UTF-8.
     *
     * @return the text
     */
    public String text() {
        return new String(body, charset());
    }
}
