package io.github.mutls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the processes of {@link ProcessTest} do. */
final class Roles {
    private static final int MANY = 1000;

    private Roles() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "futures" -> futures();
            case "threads" -> threads();
            case "exit" -> exit();
            case "leaks" -> leaks();
            case "forgotten" -> forgotten();
            case "collecting" -> collecting();
            case "large" -> large();
            case "idle" -> idle();
            default -> Sandbox.mutual().build().get("echo");
        }
    }

    private static MutlsRequest get(String path) {
        return MutlsRequest.newBuilder("GET", path).build();
    }

    private static MutlsClient.Builder patient() {
        // A debug build shakes a thousand hands slowly.
        return Sandbox.mutual().pool(pool -> pool.maxIdle(MANY)).timeouts(t -> t.connect(null).handshake(null).firstByte(null).read(null));
    }

    private static int threadsOfTheProcess() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("Threads:")) {
                return Integer.parseInt(line.substring(8).trim());
            }
        }
        return -1;
    }

    private static void futures() throws Exception {
        MutlsClient client = patient().build();
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        String id = Sandbox.newId();
        for (int i = 0; i < MANY; i++) {
            MutlsRequest request = MutlsRequest.newBuilder("GET", "delay/4000").header("X-Sandbox-Id", id).build();
            all.add(client.sendAsync(request).thenApply(MutlsResponse::status));
        }
        Sandbox.log(id, "seen=" + MANY / 2 + "&wait_ms=60000");
        System.out.print("threads=" + threadsOfTheProcess() + " java=" + ManagementFactory.getThreadMXBean().getThreadCount());
        long good = all.stream().filter(future -> future.join() == 200).count();
        System.out.println(" answers=" + good);
    }

    private static void threads() throws Exception {
        MutlsClient client = patient().build();
        AtomicInteger good = new AtomicInteger();
        String id = Sandbox.newId();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Thread thread = new Thread(null, () -> {
                try {
                    good.addAndGet(client.send(MutlsRequest.newBuilder("GET", "delay/4000").header("X-Sandbox-Id", id).build()).status() / 200);
                } catch (MutlsException e) {
                    e.printStackTrace(System.out);
                }
            }, "caller", 256 * 1024);
            all.add(thread);
            thread.start();
        }
        Sandbox.log(id, "seen=" + MANY / 2 + "&wait_ms=60000");
        System.out.print("threads=" + threadsOfTheProcess());
        for (Thread thread : all) {
            thread.join();
        }
        System.out.println(" answers=" + good);
    }

    private static void exit() throws Exception {
        MutlsClient client = Sandbox.mutual().build();
        String[] paths = {"silence", "drip?bytes=100&ms=10", "large/1000000000", "delay/200"};
        String how = System.getProperty("how");
        for (int i = 0; i < 100; i++) {
            String path = paths[i % paths.length];
            if (i % 2 == 0) {
                client.streamAsync(get(path)).thenAccept(stream -> {
                    try {
                        stream.inputStream().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // The process ends, and the call with it.
                        return;
                    }
                });
            } else {
                Thread thread = new Thread(() -> {
                    try {
                        client.get(path);
                    } catch (IOException e) {
                        return;
                    }
                });
                thread.setDaemon(true);
                thread.start();
            }
        }
        Thread.sleep(500);
        if (how.equals("close")) {
            client.close();
        } else if (how.equals("halt")) {
            Runtime.getRuntime().halt(0);
        }
    }

    /** Counts what C has made for us and not got back. */
    private static final class Counting implements InvocationHandler {
        private final Abi real = Natives.abi;
        final AtomicLong requests = new AtomicLong();
        final AtomicLong responses = new AtomicLong();
        final AtomicLong bytes = new AtomicLong();
        final AtomicLong bodies = new AtomicLong();
        final AtomicLong completions = new AtomicLong();
        final AtomicLong errors = new AtomicLong();
        final AtomicLong tokens = new AtomicLong();
        final AtomicLong memory = new AtomicLong();
        final AtomicLong made = new AtomicLong();

        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] given) throws Throwable {
            Object result;
            try {
                result = method.invoke(real, given);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            count(method.getName(), given, result);
            return result;
        }

        private void count(String name, Object[] given, Object result) {
            boolean good = result instanceof Integer && (Integer) result == 0;
            boolean something = given != null && given.length > 0 && given[0] instanceof Long && (Long) given[0] != 0;
            switch (name) {
                case "requestNew" -> made(requests, good);
                case "requestFree" -> freed(requests, something);
                case "clientFetch" -> {
                    made(responses, good);
                    made(bytes, good);
                    made(errors, !good);
                }
                case "clientSend" -> {
                    made(responses, good);
                    made(errors, !good);
                }
                case "completionTakeResponse" -> made(responses, good);
                case "responseFree" -> freed(responses, something);
                case "bytesFree" -> freed(bytes, something);
                case "requestSetBodyPushed" -> made(bodies, good);
                case "bodyFree" -> freed(bodies, something);
                case "clientSubmit", "bodySubmitWrite", "responseSubmitRead", "responseSubmitReadAll" -> made(completions, good);
                case "completionFree" -> freed(completions, something);
                case "completionTakeError" -> made(errors, good);
                case "responseRead" -> made(errors, !good);
                case "errorFree" -> freed(errors, something);
                case "cancelTokenNew" -> made(tokens, good);
                case "cancelTokenFree" -> freed(tokens, something);
                case "allocate" -> made(memory, true);
                case "release" -> freed(memory, something);
                default -> { }
            }
        }

        private void made(AtomicLong kind, boolean yes) {
            if (yes) {
                kind.incrementAndGet();
                made.incrementAndGet();
            }
        }

        private void freed(AtomicLong kind, boolean yes) {
            if (yes) {
                kind.decrementAndGet();
            }
        }

        long left() {
            long left = 0;
            for (AtomicLong kind : List.of(requests, responses, bytes, bodies, completions, errors, memory)) {
                left += Math.abs(kind.get());
            }
            // Each scratch memory keeps a token for the next call.
            return left + Math.max(0, tokens.get() - 64);
        }

        @Override
        public String toString() {
            return "requests " + requests + ", responses " + responses + ", bytes " + bytes + ", bodies " + bodies + ", completions " + completions
                    + ", errors " + errors + ", tokens " + tokens + ", memory " + memory;
        }
    }

    private static void leaks() throws Exception {
        Counting counting = new Counting();
        Natives.abi = (Abi) Proxy.newProxyInstance(Roles.class.getClassLoader(), new Class<?>[] {Abi.class}, counting);
        MutlsClient client = Sandbox.mutual().build();
        MutlsHttpClient seam = MutlsHttpClient.of(client);
        // The handles are the same without TLS, and a debug build is much quicker.
        MutlsClient plain = MutlsClient.builder().baseUrl(Sandbox.url("plain") + "/").proxy("none").build();
        AtomicInteger requests = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = requests.incrementAndGet(); i <= 100_000; i = requests.incrementAndGet()) {
                    one(client, plain, seam, i);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        waitFor(() -> counting.left() == 0);
        System.out.println("requests=" + 100_000 + " handles=" + counting.made + " left=" + counting.left() + " (" + counting + ")");
    }

    /** Mostly what is most common, and everything else now and then. */
    private static void one(MutlsClient client, MutlsClient plain, MutlsHttpClient seam, int i) {
        try {
            switch (i % 200) {
                case 0 -> client.sendAsync(MutlsRequest.newBuilder("POST", "upload").body(new java.io.ByteArrayInputStream(new byte[3000]), -1).build()).join();
                case 1 -> client.stream(get("bytes/100000")).close();
                case 2 -> client.get("reset");
                case 3 -> client.sendAsync(get("echo")).cancel(true);
                case 4 -> client.get("http://x y");
                case 5 -> {
                    try (MutlsStream stream = client.stream(get("truncated/10/20"))) {
                        stream.readAll();
                    }
                }
                case 6 -> seam.send(java.net.http.HttpRequest.newBuilder(java.net.URI.create(Sandbox.url("required") + "/chunked/1000/10")).build(),
                        BodyHandlers.ofString());
                case 7 -> client.streamAsync(get("bytes/300000")).join().close();
                case 8 -> client.getAsync("chunked/1000/10").join();
                case 9 -> client.send(MutlsRequest.newBuilder("POST", "upload").body(new java.io.ByteArrayInputStream(new byte[300_000]), 300_000).build());
                case 10, 11, 12, 13 -> client.getAsync("bytes/10").join();
                case 14, 15, 16, 17 -> client.get("bytes/10");
                case 18, 19, 20, 21 -> plain.getAsync("bytes/10").join();
                default -> plain.get("bytes/10");
            }
        } catch (IOException | RuntimeException | InterruptedException e) {
            // Those that are to fail do; what they leave behind is counted.
            return;
        }
    }

    private static boolean waitFor(BooleanSupplier done) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (done.getAsBoolean()) {
                return true;
            }
            System.gc();
            Thread.sleep(50);
        }
        return false;
    }

    private static void forgotten() throws Exception {
        MutlsClient client = Sandbox.mutual().build();
        String id = Sandbox.newId();
        for (int i = 0; i < 5; i++) {
            MutlsRequest request = MutlsRequest.newBuilder("GET", "large/1000000000").header("X-Sandbox-Id", id).build();
            (i % 2 == 0 ? client.stream(request) : client.streamAsync(request).get()).inputStream().read();
        }
        boolean closed = waitFor(() -> Sandbox.log(id, "wait_ms=0").get("aborted").asInt() == 5);
        for (int i = 0; i < 5; i++) {
            Sandbox.mutual().baseUrl(Sandbox.url("tls12") + "/").build().get("echo");
        }
        boolean freed = waitFor(() -> Sandbox.ask("/_listeners/tls12").get("open").asInt() == 0);
        System.out.println((closed ? "streams closed, " : "streams left, ") + (freed ? "clients freed" : "clients left"));
        client.get("echo");
    }

    private static void collecting() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Thread collector = new Thread(() -> {
            while (over.getCount() > 0) {
                System.gc();
                LockSupport.parkNanos(1_000_000);
            }
        });
        collector.setDaemon(true);
        collector.start();
        AtomicInteger answers = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int kind = t;
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        // A client that nobody holds but the call.
                        answers.addAndGet(answer(kind) / 200);
                    }
                } catch (Exception e) {
                    e.printStackTrace(System.out);
                    System.exit(1);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        over.countDown();
        System.out.println("answers=" + answers);
    }

    private static int answer(int kind) throws Exception {
        return switch (kind) {
            case 0 -> Sandbox.mutual().build().get("bytes/100000").status();
            case 1 -> Sandbox.mutual().build().getAsync("chunked/100000/999").get().status();
            case 2 -> {
                try (InputStream in = Sandbox.mutual().build().stream(get("bytes/1000000")).inputStream()) {
                    yield in.readAllBytes().length == 1_000_000 ? 200 : 0;
                }
            }
            default -> Sandbox.mutual().build().send(MutlsRequest.newBuilder("POST", "upload")
                    .body(new java.io.ByteArrayInputStream(new byte[200_000]), -1).build()).status();
        };
    }

    /** A quarter of a GiB each way, through a heap of 48 MiB. */
    private static void large() throws Exception {
        MutlsClient client = Sandbox.mutual().timeouts(t -> t.firstByte(null).read(null)).build();
        long size = 1 << 28;
        long down;
        try (MutlsStream stream = client.stream(get("large/" + size))) {
            down = stream.inputStream().transferTo(OutputStream.nullOutputStream());
        }
        InputStream zeros = new InputStream() {
            private long left = size;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int some = (int) Math.min(length, left);
                left -= some;
                return some == 0 ? -1 : some;
            }
        };
        MutlsResponse up = client.send(MutlsRequest.newBuilder("POST", "upload").body(zeros, -1).build());
        System.out.println("down=" + down + " up=" + Sandbox.JSON.readTree(up.bytes()).get("length"));
    }

    private static void idle() throws Exception {
        MutlsClient client = Sandbox.mutual().build();
        client.get("echo");
        client.getAsync("echo").get();
        Thread.sleep(1000);
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = system.getProcessCpuTime();
        Thread.sleep(2000);
        System.out.println("cpu_ms=" + (system.getProcessCpuTime() - before) / 1_000_000);
    }
}
