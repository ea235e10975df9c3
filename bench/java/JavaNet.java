import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The benchmark's load on java.net.http: blocking sends on threads. */
public final class JavaNet extends Load {
    private final HttpRequest request = HttpRequest.newBuilder(URI.create(url())).build();
    private HttpClient client;

    private JavaNet(String[] arguments) throws Exception {
        super(arguments);
    }

    public static void main(String[] arguments) throws Exception {
        System.setProperty("jdk.httpclient.connectionPoolSize", "0");
        new JavaNet(arguments).run();
    }

    @Override
    void connect() throws Exception {
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context()).build();
    }

    @Override
    void one() throws Exception {
        if (!mode.equals("download")) {
            good(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
            return;
        }
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        byte[] chunk = new byte[65536];
        try (InputStream body = response.body()) {
            while (body.read(chunk) >= 0) {
                continue;
            }
        }
        good(response.statusCode());
    }
}
