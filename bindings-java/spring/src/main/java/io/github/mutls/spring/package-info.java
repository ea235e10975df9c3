/** mutls under Spring's RestTemplate, RestClient and WebClient. */
package io.github.mutls.spring;
