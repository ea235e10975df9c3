/**
 * mutls: HTTPS with a client certificate. {@link io.github.mutls.MutlsClient} makes the calls,
 * {@link io.github.mutls.MutlsHttpClient} puts them behind {@code java.net.http}.
 */
package io.github.mutls;
