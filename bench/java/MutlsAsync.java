import java.util.concurrent.CountDownLatch;

/** The benchmark's load on mutls: futures, no thread of the caller's waits. */
public final class MutlsAsync extends Mutls {
    private MutlsAsync(String[] arguments) throws Exception {
        super(arguments);
    }

    public static void main(String[] arguments) throws Exception {
        new MutlsAsync(arguments).run();
    }

    @Override
    CountDownLatch start(long share, CountDownLatch warm, CountDownLatch begin) {
        CountDownLatch ended = new CountDownLatch(inFlight);
        for (int i = 0; i < inFlight; i++) {
            client.sendAsync(request).whenComplete((response, failure) -> warm.countDown());
        }
        new Thread(() -> {
            try {
                begin.await();
            } catch (InterruptedException e) {
                return;
            }
            for (int i = 0; i < inFlight; i++) {
                next(share, ended);
            }
        }).start();
        return ended;
    }

    private void next(long left, CountDownLatch ended) {
        if (left == 0 || stopped()) {
            ended.countDown();
            return;
        }
        client.sendAsync(request).whenComplete((response, failure) -> {
            if (failure != null) {
                failed(failure);
            } else {
                good(response.status());
                response.text();
                succeeded();
            }
            next(left - 1, ended);
        });
    }
}
