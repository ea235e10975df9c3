// Generated from core/src/error/catalogue.rs by `make generate`.

package io.github.mutls;

/** The groups of codes: each has an exception class of its own. */
public enum Family {
    /** An option, URL or header cannot be used. */
    CONFIG {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsConfigException(failure);
        }
    },

    /** Our certificate or key. */
    IDENTITY {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsIdentityException(failure);
        }
    },

    /** Our verdict on the server's certificate, or the CA bundle it rests on. */
    TRUST {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsTrustException(failure);
        }
    },

    /** No connection, or it was lost. */
    CONNECT {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsConnectException(failure);
        }
    },

    /** The TLS handshake failed; often the server's verdict on our certificate. */
    HANDSHAKE {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsHandshakeException(failure);
        }
    },

    /** A deadline passed, or no worker was free. */
    TIMEOUT {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsTimeoutException(failure);
        }
    },

    /** The peer does not speak HTTP as it should. */
    PROTOCOL {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsProtocolException(failure);
        }
    },

    /** A body is cut short, too large or could not be produced. */
    BODY {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsBodyException(failure);
        }
    },

    /** The caller cancelled or closed. */
    CANCELLED {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsCancelledException(failure);
        }
    },

    /** A fault in mutls. */
    INTERNAL {
        @Override
        MutlsException exception(Failure failure) {
            return new MutlsInternalException(failure);
        }
    };

    abstract MutlsException exception(Failure failure);

    /**
     * The stable name in the catalogue.
     *
     * @return such as {@code identity}
     */
    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
