package io.github.mutls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/** Java's key stores, as PEM. */
final class KeyStores {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private KeyStores() {}

    static void identity(KeyStore store, char[] password, Options.Identity identity) {
        byte[] pem = null;
        try {
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw new IllegalArgumentException("mutls: the key store holds " + keys.size() + " keys " + keys + ", and one is needed."
                        + " Copy the entry that is meant into a store of its own.");
            }
            Key key = store.getKey(keys.get(0), password);
            if (key == null || !"PKCS#8".equals(key.getFormat())) {
                throw new IllegalArgumentException("mutls: the key \"" + keys.get(0) + "\" does not leave its store."
                        + " Keys in hardware are not supported.");
            }
            byte[] der = key.getEncoded();
            pem = pem("PRIVATE KEY", der);
            Arrays.fill(der, (byte) 0);
            identity.keyPem(pem).certPem(certificates(store.getCertificateChain(keys.get(0))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("mutls: the key store does not give its key: " + e.getMessage(), e);
        } finally {
            if (pem != null) {
                Arrays.fill(pem, (byte) 0);
            }
        }
    }

    /** Every certificate that the store trusts. */
    static byte[] certificates(KeyStore store) {
        try {
            List<Certificate> found = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isCertificateEntry(alias)) {
                    found.add(store.getCertificate(alias));
                }
            }
            if (found.isEmpty()) {
                throw new IllegalArgumentException("mutls: the trust store holds no certificate."
                        + " Import the partner's with keytool -importcert.");
            }
            return certificates(found.toArray(new Certificate[0]));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("mutls: the trust store cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] certificates(Certificate[] chain) throws GeneralSecurityException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Certificate certificate : chain) {
            out.writeBytes(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return out.toByteArray();
    }

    private static byte[] pem(String label, byte[] der) {
        byte[] begin = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        byte[] end = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        byte[] lines = LINES.encode(der);
        byte[] pem = Arrays.copyOf(begin, begin.length + lines.length + end.length);
        System.arraycopy(lines, 0, pem, begin.length, lines.length);
        System.arraycopy(end, 0, pem, begin.length + lines.length, end.length);
        Arrays.fill(lines, (byte) 0);
        return pem;
    }
}
