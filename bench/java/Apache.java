import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpEntity;

/** The benchmark's load on Apache HttpClient 5: blocking calls on threads. */
public final class Apache extends Load {
    private CloseableHttpClient client;

    private Apache(String[] arguments) throws Exception {
        super(arguments);
    }

    public static void main(String[] arguments) throws Exception {
        new Apache(arguments).run();
    }

    @Override
    void connect() throws Exception {
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(context()))
                .setMaxConnTotal(inFlight).setMaxConnPerRoute(inFlight).build();
        client = HttpClients.custom()
                .setConnectionManager(connections)
                // Else a connection with a client certificate serves one request.
                .disableConnectionState()
                .build();
    }

    @Override
    void one() throws Exception {
        client.execute(new HttpGet(url()), response -> {
            good(response.getCode());
            HttpEntity entity = response.getEntity();
            try (InputStream body = entity.getContent()) {
                if (!mode.equals("download")) {
                    return new String(body.readAllBytes(), StandardCharsets.UTF_8);
                }
                byte[] chunk = new byte[65536];
                while (body.read(chunk) >= 0) {
                    continue;
                }
                return null;
            }
        });
    }
}
