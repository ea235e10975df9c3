import io.github.mutls.MutlsClient;
import io.github.mutls.MutlsRequest;
import io.github.mutls.MutlsStream;
import java.io.InputStream;

/** The benchmark's load on mutls: blocking calls on threads. */
class Mutls extends Load {
    MutlsClient client;
    MutlsRequest request;

    Mutls(String[] arguments) throws Exception {
        super(arguments);
    }

    public static void main(String[] arguments) throws Exception {
        new Mutls(arguments).run();
    }

    @Override
    void connect() throws Exception {
        client = MutlsClient.builder().cert(text("cert")).key(text("key")).ca(text("ca")).proxy("none")
                .pool(pool -> pool.maxIdle(Math.max(64, inFlight))).build();
        MutlsRequest.Builder builder = MutlsRequest.newBuilder(mode.equals("upload") ? "POST" : "GET", url());
        request = mode.equals("upload") ? builder.body(new byte[Integer.parseInt(number("upload_bytes"))]).build() : builder.build();
    }

    private String number(String name) throws Exception {
        var matcher = java.util.regex.Pattern.compile("\"" + name + "\": (\\d+)").matcher(document());
        matcher.find();
        return matcher.group(1);
    }

    @Override
    void one() throws Exception {
        if (!mode.equals("download")) {
            var response = client.send(request);
            good(response.status());
            response.text();
            return;
        }
        byte[] chunk = new byte[65536];
        try (MutlsStream stream = client.stream(request)) {
            good(stream.status());
            InputStream body = stream.inputStream();
            while (body.read(chunk) >= 0) {
                continue;
            }
        }
    }
}
