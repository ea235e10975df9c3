import io.github.mutls.MutlsClient;
import io.github.mutls.spring.MutlsClientHttpRequestFactory;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.client.RestTemplate;

/** Lean's page "RestTemplate client example", with the stores that the page makes by keytool and openssl. */
public final class LeanRestTemplate {
    public static void main(String[] arguments) throws Exception {
        String keyStorePassword = System.getenv("KEY_STORE_PASSWORD");
        String trustStorePassword = System.getenv("TRUST_STORE_PASSWORD");
        RestTemplate restTemplate = new RestTemplate();

        // was: SSLContext sslContext = SSLContextBuilder.create()
        //          .loadKeyMaterial(keyStoreUrl, keyStorePassword.toCharArray(), privateKeyPassword.toCharArray())
        //          .loadTrustMaterial(trustStoreUrl, trustStorePassword.toCharArray())
        //          .setProtocol("TLSv1.3").build();
        //      HttpClient httpClient = HttpClientBuilder.create().setSSLContext(sslContext).build();
        //      restTemplate.setRequestFactory(new HttpComponentsClientHttpRequestFactory(httpClient));
        MutlsClient client = MutlsClient.builder()
                .pkcs12File("myApp-keyStore.p12").passphrase(keyStorePassword)
                .trust(trust -> trust.truststoreFile("myApp-trustStore.jks").truststorePassphrase(trustStorePassword))
                .tls(tls -> tls.minVersion("1.3"))
                .build();
        restTemplate.setRequestFactory(new MutlsClientHttpRequestFactory(client));

        HttpHeaders headers = new HttpHeaders();
        headers.set("lean-app-token", System.getenv("LEAN_APP_TOKEN"));
        String url = System.getenv().getOrDefault("LEAN_URL", "https://api.leantech.me") + "/banks/v1";
        System.out.println(restTemplate.exchange(url, HttpMethod.GET, new HttpEntity<>(headers), String.class).getBody());
    }
}
