import java.io.FileInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A load of the benchmark in Java: bench/README.md says what it is told and what it prints. */
abstract class Load {
    private static final char[] NO_PASSWORD = {};
    /** The compiler needs so long to make quick what is run often. */
    private static final long WARM_UP_MS = 1500;

    final String mode;
    final int inFlight;
    private final Map<String, String> options = new HashMap<>();
    private final String document;
    private volatile boolean stop;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    Load(String[] arguments) throws Exception {
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        document = Files.readString(Path.of(options.get("--config")));
        mode = options.getOrDefault("--mode", "get");
        inFlight = Integer.parseInt(options.getOrDefault("--in-flight", "1"));
    }

    /** Makes the client. */
    abstract void connect() throws Exception;

    /** Makes a request, and reads its answer to the end. */
    abstract void one() throws Exception;

    void run() throws Exception {
        if (mode.equals("first")) {
            Window window = new Window();
            connect();
            window.close(1, 0);
            System.exit(0);
        }
        connect();
        measure();
        System.exit(0);
    }

    /** A string of the driver's document, whose strings need no unescaping. */
    final String text(String name) {
        var matcher = Pattern.compile("\"" + name + "\": \"([^\"]*)\"").matcher(document);
        return matcher.find() ? matcher.group(1) : null;
    }

    final String document() {
        return document;
    }

    final String url() {
        return text("base") + text("path");
    }

    final boolean stopped() {
        return stop;
    }

    static void good(int status) {
        if (status >= 300) {
            throw new IllegalStateException("status " + status);
        }
    }

    /** Keys and trust as Java's own clients take them. */
    final SSLContext context() throws Exception {
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

    private PrivateKey key() throws Exception {
        String pem = Files.readString(Path.of(text("key"))).replaceAll("-----[A-Z ]+-----|\\s", "");
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
        String algorithm = text("key").contains("ecdsa") ? "EC" : "RSA";
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
    }

    private void measure() throws Exception {
        long requests = Long.parseLong(options.getOrDefault("--requests", "0"));
        CountDownLatch warm = new CountDownLatch(inFlight);
        CountDownLatch begin = new CountDownLatch(1);
        CountDownLatch ended = start(requests == 0 ? Long.MAX_VALUE : (requests + inFlight - 1) / inFlight, warm, begin);
        warm.await();
        Window window = new Window();
        begin.countDown();
        if (requests == 0) {
            // A pool opens its connections as they are needed: nobody's first handshakes belong into the window.
            Thread.sleep(Math.max(mode.equals("get") ? WARM_UP_MS : 0, 200 + 2L * inFlight));
            window = new Window();
            long before = done.get();
            Thread.sleep((long) (1000 * Double.parseDouble(options.getOrDefault("--seconds", "1"))));
            window.close(done.get() - before, failed.get());
            stop = true;
            return;
        }
        ended.await();
        window.close(done.get(), failed.get());
    }

    /** Keeps that many in flight: each makes one request, and after `begin` its share. */
    CountDownLatch start(long share, CountDownLatch warm, CountDownLatch begin) {
        CountDownLatch ended = new CountDownLatch(inFlight);
        ArrayList<Thread> threads = new ArrayList<>();
        for (int i = 0; i < inFlight; i++) {
            Thread thread = new Thread(() -> {
                attempt();
                done.decrementAndGet();
                warm.countDown();
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (long n = 0; n < share && !stop; n++) {
                    attempt();
                }
                ended.countDown();
            });
            threads.add(thread);
            thread.start();
        }
        return ended;
    }

    private void attempt() {
        try {
            one();
            done.incrementAndGet();
        } catch (Exception e) {
            failed(e);
        }
    }

    final void succeeded() {
        done.incrementAndGet();
    }

    final void failed(Throwable e) {
        if (failed.getAndIncrement() == 0) {
            e.printStackTrace();
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
                    Locale.ROOT,
                    "{\"requests\": %d, \"errors\": %d, \"seconds\": %f, \"user_s\": %f, \"sys_s\": 0, \"max_rss_kb\": %s}%n",
                    requests, errors, seconds, used, peak.find() ? peak.group(1) : "0");
        }
    }
}
