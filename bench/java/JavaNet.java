import java.io.FileInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The benchmark's load on java.net.http: blocking sends on threads. */
public final class JavaNet {
    private static final char[] NO_PASSWORD = {};

    private final Map<String, String> options = new HashMap<>();
    private final String document;
    private final String mode;
    private final int inFlight;
    private final HttpRequest request;
    private HttpClient client;
    private volatile boolean stop;

    private JavaNet(String[] arguments) throws Exception {
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        document = Files.readString(Path.of(options.get("--config")));
        mode = options.getOrDefault("--mode", "get");
        inFlight = Integer.parseInt(options.getOrDefault("--in-flight", "1"));
        URI uri = URI.create(text("base") + text("path"));
        request = HttpRequest.newBuilder(uri).build();
    }

    public static void main(String[] arguments) throws Exception {
        System.setProperty("jdk.httpclient.connectionPoolSize", "0");
        JavaNet load = new JavaNet(arguments);
        if (load.mode.equals("first")) {
            Window window = new Window();
            load.connect();
            window.close(1, 0);
            System.exit(0);
        }
        load.connect();
        load.measure();
        System.exit(0);
    }

    private void connect() throws Exception {
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context()).build();
    }

    private SSLContext context() throws Exception {
        KeyStore identity = KeyStore.getInstance("PKCS12");
        identity.load(null, null);
        Collection<? extends Certificate> chain = certificates(text("cert"));
        identity.setKeyEntry("us", key(), NO_PASSWORD, chain.toArray(new Certificate[0]));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity, NO_PASSWORD);
        KeyStore trusted = null;
        if (text("ca") != null) {
            trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates(text("ca"))) {
                trusted.setCertificateEntry("ca" + number++, certificate);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Collection<? extends Certificate> certificates(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private java.security.PrivateKey key() throws Exception {
        String pem = Files.readString(Path.of(text("key"))).replaceAll("-----[A-Z ]+-----|\\s", "");
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
        String algorithm = text("key").contains("ecdsa") ? "EC" : "RSA";
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
    }

    /** A string of the driver's document, whose strings need no unescaping. */
    private String text(String name) {
        var matcher = Pattern.compile("\"" + name + "\": \"([^\"]*)\"").matcher(document);
        return matcher.find() ? matcher.group(1) : null;
    }

    private void one() throws Exception {
        int status;
        if (mode.equals("download")) {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            status = response.statusCode();
            byte[] chunk = new byte[65536];
            try (InputStream body = response.body()) {
                while (body.read(chunk) >= 0) {
                    continue;
                }
            }
        } else {
            status = client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        }
        if (status >= 300) {
            throw new IllegalStateException("status " + status);
        }
    }

    private void measure() throws Exception {
        long requests = Long.parseLong(options.getOrDefault("--requests", "0"));
        long share = requests == 0 ? Long.MAX_VALUE : (requests + inFlight - 1) / inFlight;
        AtomicLong done = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        CountDownLatch warm = new CountDownLatch(inFlight);
        CountDownLatch begin = new CountDownLatch(1);
        ArrayList<Thread> threads = new ArrayList<>();
        for (int i = 0; i < inFlight; i++) {
            Thread thread = new Thread(() -> {
                attempt(new AtomicLong(), failed);
                warm.countDown();
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (long n = 0; n < share && !stop; n++) {
                    attempt(done, failed);
                }
            });
            threads.add(thread);
            thread.start();
        }
        warm.await();
        Window window = new Window();
        begin.countDown();
        if (requests == 0) {
            // A pool opens its connections as they are needed: nobody's first handshakes belong into the window.
            Thread.sleep(200 + 2L * inFlight);
            window = new Window();
            long before = done.get();
            Thread.sleep((long) (1000 * Double.parseDouble(options.getOrDefault("--seconds", "1"))));
            window.close(done.get() - before, failed.get());
            stop = true;
            return;
        }
        for (Thread thread : threads) {
            thread.join();
        }
        window.close(done.get(), failed.get());
    }

    private void attempt(AtomicLong done, AtomicLong failed) {
        try {
            one();
            done.incrementAndGet();
        } catch (Exception e) {
            if (failed.getAndIncrement() == 0) {
                e.printStackTrace();
            }
        }
    }

    /** Opened when every connection is warm. */
    private static final class Window {
        private final long begun = System.nanoTime();
        private final long cpu = cpuNanos();

        private static long cpuNanos() {
            var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return system.getProcessCpuTime();
        }

        /** Java tells user and system time only as one; it is given as user time. */
        void close(long requests, long errors) throws Exception {
            double seconds = (System.nanoTime() - begun) / 1e9;
            double used = (cpuNanos() - cpu) / 1e9;
            var peak = Pattern.compile("VmHWM:\\s+(\\d+)").matcher(Files.readString(Path.of("/proc/self/status")));
            System.out.printf(
                    java.util.Locale.ROOT,
                    "{\"requests\": %d, \"errors\": %d, \"seconds\": %f, \"user_s\": %f, \"sys_s\": 0, \"max_rss_kb\": %s}%n",
                    requests, errors, seconds, used, peak.find() ? peak.group(1) : "0");
        }
    }
}
