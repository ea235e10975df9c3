import io.github.mutls.MutlsHttpClient;
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;

/** A call by java.net.http, with the stores of Lean's page: one line changed, and the three for an SSLContext gone. */
public final class LeanHttpClient {
    public static void main(String[] arguments) throws Exception {
        char[] keyStorePassword = System.getenv("KEY_STORE_PASSWORD").toCharArray();
        KeyStore keyStore = load("PKCS12", "myApp-keyStore.p12", keyStorePassword);
        KeyStore trustStore = load("JKS", "myApp-trustStore.jks", System.getenv("TRUST_STORE_PASSWORD").toCharArray());

        // was: keyManagers.init(keyStore, keyStorePassword);
        //      trustManagers.init(trustStore);
        //      sslContext.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        //      HttpClient client = HttpClient.newBuilder().sslContext(sslContext).build();
        HttpClient client = MutlsHttpClient.newBuilder().keyStore(keyStore, keyStorePassword).trustStore(trustStore).build();

        String url = System.getenv().getOrDefault("LEAN_URL", "https://api.leantech.me") + "/banks/v1";
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).header("lean-app-token", System.getenv("LEAN_APP_TOKEN")).build();
        System.out.println(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private static KeyStore load(String type, String file, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        try (InputStream in = new FileInputStream(file)) {
            store.load(in, password);
        }
        return store;
    }
}
