// Java's java.net.http: reads rows (URL, certificate, key, CA), prints what came of each.

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class Client {
    static final char[] PASSWORD = "password".toCharArray();

    public static void main(String[] arguments) throws Exception {
        BufferedReader rows = new BufferedReader(new InputStreamReader(System.in));
        String row;
        while ((row = rows.readLine()) != null) {
            String[] parts = row.split("\t", -1);
            String outcome;
            try {
                outcome = "status " + call(parts[0], parts[1], parts[2], parts[3]);
            } catch (ExecutionException error) {
                outcome = error.getCause().toString();
            } catch (Exception error) {
                outcome = error.toString();
            }
            System.out.println(outcome.replace('\n', ' '));
        }
        System.exit(0);
    }

    static int call(String url, String cert, String key, String ca) throws Exception {
        KeyStore trusted = empty();
        trusted.setCertificateEntry("ca", chain(ca)[0]);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = empty();
        if (!cert.isEmpty()) {
            String pem = Files.readString(Path.of(key)).replaceAll("-----[A-Z ]+-----", "");
            PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem));
            own.setKeyEntry("client", KeyFactory.getInstance("EC").generatePrivate(spec), PASSWORD, chain(cert));
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        HttpClient client = HttpClient.newBuilder().sslContext(context).connectTimeout(Duration.ofSeconds(10)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build();
        // Its own timeout does not end every wait.
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).get(12, TimeUnit.SECONDS).statusCode();
    }

    static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    static Certificate[] chain(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(new Certificate[0]);
        }
    }
}
