package io.github.mutls;

import java.security.Principal;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;

/** What was negotiated, as Java's TLS shows it. */
final class SeamSession implements SSLSession {
    private final Connection connection;
    private final Map<String, Object> values = new HashMap<>();

    SeamSession(Head head) {
        connection = head.connection();
    }

    /** Not told. */
    @Override
    public byte[] getId() {
        return new byte[0];
    }

    @Override
    public SSLSessionContext getSessionContext() {
        return null;
    }

    /** Not told. */
    @Override
    public long getCreationTime() {
        return 0;
    }

    /** Not told. */
    @Override
    public long getLastAccessedTime() {
        return 0;
    }

    @Override
    public void invalidate() {
        throw new UnsupportedOperationException("mutls: sessions are kept and forgotten by the client");
    }

    @Override
    public boolean isValid() {
        return true;
    }

    @Override
    public synchronized void putValue(String name, Object value) {
        values.put(name, value);
    }

    @Override
    public synchronized Object getValue(String name) {
        return values.get(name);
    }

    @Override
    public synchronized void removeValue(String name) {
        values.remove(name);
    }

    @Override
    public synchronized String[] getValueNames() {
        return values.keySet().toArray(new String[0]);
    }

    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
        try {
            return connection.certificates();
        } catch (CertificateException e) {
            SSLPeerUnverifiedException unread = new SSLPeerUnverifiedException("Java does not read the server's certificate");
            unread.initCause(e);
            throw unread;
        }
    }

    /** Java has given this one up. */
    @Override
    @Deprecated
    @SuppressWarnings({"removal", "deprecation"})
    public javax.security.cert.X509Certificate[] getPeerCertificateChain() {
        throw new UnsupportedOperationException("use getPeerCertificates");
    }

    /** Not told: {@link Head#handshake} has what was sent. */
    @Override
    public Certificate[] getLocalCertificates() {
        return null;
    }

    @Override
    public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
        return ((X509Certificate) getPeerCertificates()[0]).getSubjectX500Principal();
    }

    @Override
    public Principal getLocalPrincipal() {
        return null;
    }

    @Override
    public String getCipherSuite() {
        return connection.report().cipherSuite();
    }

    @Override
    public String getProtocol() {
        String version = connection.report().version();
        return version == null ? "NONE" : version.startsWith("TLS") ? version : "TLSv" + version;
    }

    @Override
    public String getPeerHost() {
        return connection.report().host();
    }

    @Override
    public int getPeerPort() {
        return connection.report().port();
    }

    @Override
    public int getPacketBufferSize() {
        return 16_709;
    }

    @Override
    public int getApplicationBufferSize() {
        return 16_384;
    }
}
