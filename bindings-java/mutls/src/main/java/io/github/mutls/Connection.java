package io.github.mutls;

import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;

/** What is known of a connection: asked once, not with each answer. */
final class Connection {
    private final List<byte[]> certificates = new ArrayList<>();
    private final Native own;
    private HandshakeReport report;

    private static final class Native implements Runnable {
        private long handle;

        @Override
        public synchronized void run() {
            Natives.abi.reportFree(handle);
            handle = 0;
        }
    }

    Connection(long response, Scratch out) {
        Abi abi = Natives.abi;
        own = new Native();
        if (abi.responseReport(response, out.at(Scratch.NUMBER), 0) == 0) {
            own.handle = out.get(Scratch.NUMBER);
        }
        MutlsClient.CLEANER.register(this, own);
        while (abi.responseServerCertificate(response, certificates.size(), out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0) == 0
                && out.get(Scratch.VIEW) != 0) {
            certificates.add(out.view());
        }
    }

    synchronized HandshakeReport report() {
        if (report == null) {
            try (Scratch out = Scratch.take()) {
                Natives.abi.reportJson(own.handle, out.at(Scratch.VIEW), out.at(Scratch.LENGTH), 0);
                report = HandshakeReport.parse(out.text());
            }
            own.run();
        }
        return report;
    }

    Certificate[] certificates() throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        Certificate[] chain = new Certificate[certificates.size()];
        for (int at = 0; at < chain.length; at++) {
            chain[at] = factory.generateCertificate(new ByteArrayInputStream(certificates.get(at)));
        }
        return chain;
    }
}
