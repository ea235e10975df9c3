import io.github.mutls.MutlsClient;
import io.github.mutls.spring.MutlsClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/** Lean's page "WebClient client example", with the stores that the page makes by keytool and openssl. */
public final class LeanWebClient {
    public static void main(String[] arguments) throws Exception {
        String keyStorePassword = System.getenv("KEY_STORE_PASSWORD");
        String trustStorePassword = System.getenv("TRUST_STORE_PASSWORD");

        // was: SSLContext sslContext = SSLContextBuilder.create() ... .setProtocol("TLSv1.3").build();
        //      HttpClient httpClient = HttpClient.create().secure(sslSpec -> sslSpec.sslContext(sslContext));
        //      WebClient webClient = WebClient.builder().clientConnector(new ReactorClientHttpConnector(httpClient)).build();
        MutlsClient client = MutlsClient.builder()
                .pkcs12File("myApp-keyStore.p12").passphrase(keyStorePassword)
                .trust(trust -> trust.truststoreFile("myApp-trustStore.jks").truststorePassphrase(trustStorePassword))
                .tls(tls -> tls.minVersion("1.3"))
                .build();
        WebClient webClient = WebClient.builder().clientConnector(new MutlsClientHttpConnector(client)).build();

        String url = System.getenv().getOrDefault("LEAN_URL", "https://api.leantech.me") + "/banks/v1";
        System.out.println(webClient.get().uri(url)
                .header("lean-app-token", System.getenv("LEAN_APP_TOKEN"))
                .retrieve().bodyToMono(String.class).block());
    }
}
