package io.github.mutls;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;

/** What of Java's {@link SSLParameters} is honoured. */
final class SslParameters {
    private static final List<String> KNOWN = List.of("TLSv1.2", "TLSv1.3");

    private SslParameters() {}

    static <T extends Options<T>> T apply(SSLParameters given, T options) {
        refuse(given.getCipherSuites() != null, "cipherSuites", "Leave them out: TLS 1.2 and 1.3 have safe ones alone here.");
        refuse(given.getAlgorithmConstraints() != null, "algorithmConstraints", "Leave them out.");
        refuse(given.getServerNames() != null && !given.getServerNames().isEmpty(), "serverNames", "Use tls(tls -> tls.serverName(...)).");
        refuse(given.getSNIMatchers() != null && !given.getSNIMatchers().isEmpty(), "SNIMatchers", "They are for servers.");
        String endpoint = given.getEndpointIdentificationAlgorithm();
        refuse(endpoint != null && !endpoint.equalsIgnoreCase("HTTPS") && !endpoint.isEmpty(), "endpointIdentificationAlgorithm",
                "Leave it out: the server's name is always checked.");
        String[] protocols = given.getApplicationProtocols();
        refuse(protocols.length > 0 && !Arrays.asList(protocols).contains("http/1.1"), "applicationProtocols", "Have http/1.1 among them.");
        String[] versions = given.getProtocols();
        if (versions == null) {
            return options.tls(tls -> {});
        }
        List<String> usable = Arrays.stream(versions).filter(KNOWN::contains).sorted().collect(Collectors.toList());
        refuse(usable.isEmpty(), "protocols", "Name TLSv1.2 or TLSv1.3: nothing older is spoken.");
        return options.tls(tls -> tls.minVersion(usable.get(0).substring(4)).maxVersion(usable.get(usable.size() - 1).substring(4)));
    }

    private static void refuse(boolean set, String what, String hint) {
        if (set) {
            throw new UnsupportedOperationException("mutls: the SSLParameters have " + what + ", which cannot be honoured. " + hint);
        }
    }
}
