// Servers on Java's own TLS, wrong in many ways: a port for each.

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class Jsse {
    static final char[] PASSWORD = "password".toCharArray();

    interface Setup {
        void apply(SSLServerSocket server) throws Exception;
    }

    interface Talk {
        void with(SSLSocket socket) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        SSLContext good = context("${sandbox}/servers/good");
        serve(good, ${port:required}, server -> server.setNeedClientAuth(true), Jsse::answer);
        // As `clientAuth="want"` with a check of the application's behind it: Java's older way of asking late.
        serve(good, ${port:renegotiates}, server -> server.setEnabledProtocols(new String[] {"TLSv1.2"}), socket -> {
            socket.startHandshake();
            head(socket);
            socket.setNeedClientAuth(true);
            socket.startHandshake();
            answer(socket);
        });
        serve(good, ${port:server_name}, server -> {
            SSLParameters parameters = server.getSSLParameters();
            parameters.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("api\\.sandbox\\.test")));
            server.setSSLParameters(parameters);
        }, Jsse::answer);
        serve(good, ${port:cbc}, server -> {
            server.setEnabledProtocols(new String[] {"TLSv1.2"});
            server.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
        }, Jsse::answer);
        serve(good, ${port:tls12}, server -> server.setEnabledProtocols(new String[] {"TLSv1.2"}), Jsse::answer);
        serve(context("${sandbox}/servers/expired"), ${port:expired}, server -> {}, Jsse::answer);
    }

    static void serve(SSLContext context, int port, Setup setup, Talk talk) throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        ServerSocket server = context.getServerSocketFactory().createServerSocket(port, 50, loopback);
        setup.apply((SSLServerSocket) server);
        new Thread(() -> {
            while (true) {
                try {
                    SSLSocket socket = (SSLSocket) server.accept();
                    new Thread(() -> {
                        try (socket) {
                            talk.with(socket);
                        } catch (Exception refused) {
                            // The client was told.
                        }
                    }).start();
                } catch (Exception closed) {
                    return;
                }
            }
        }).start();
    }

    static void head(SSLSocket socket) throws Exception {
        BufferedReader reader = new BufferedReader(new InputStreamReader(socket.getInputStream()));
        String line;
        do {
            line = reader.readLine();
        } while (line != null && !line.isEmpty());
    }

    static void answer(SSLSocket socket) throws Exception {
        head(socket);
        OutputStream out = socket.getOutputStream();
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nin".getBytes());
        out.flush();
    }

    static SSLContext context(String files) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Certificate[] chain;
        try (FileInputStream in = new FileInputStream(files + "-chain.pem")) {
            chain = factory.generateCertificates(in).toArray(new Certificate[0]);
        }
        String pem = Files.readString(Path.of(files + "-key.pem"));
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("server", key, PASSWORD, chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        KeyStore cas = KeyStore.getInstance("PKCS12");
        cas.load(null, null);
        try (FileInputStream in = new FileInputStream("${sandbox}/ca.pem")) {
            cas.setCertificateEntry("ca", factory.generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(cas);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
