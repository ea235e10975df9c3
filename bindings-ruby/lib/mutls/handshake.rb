# frozen_string_literal: true

module Mutls
  # Named values from a JSON object; `[]` takes the same names.
  class Record
    def self.fields(*names)
      names.each { |name| define_method(name) { self[name] } }
      names
    end
    private_class_method :fields

    def initialize(values)
      @values = values
    end

    def [](name) = @values[name.to_s]

    # The same as plain values, fit for JSON; keys are Strings.
    def to_h = @values

    def ==(other) = other.class == self.class && other.to_h == to_h

    def inspect = "#<#{self.class} #{@values.map { |name, value| "#{name}=#{value.inspect}" }.join(", ")}>"
  end

  # The facts of a certificate that help to tell it from another. `subject` and `issuer` are RFC 4514 text, `serial` and
  # `sha256` (of the DER) hexadecimal, `not_before` and `not_after` RFC 3339; `names` are the subject alternative names, and
  # `pin` is fit for `trust: { pins: [...] }`.
  class CertificateSummary < Record
    fields :subject, :issuer, :serial, :not_before, :not_after, :days_left, :names, :sha256, :pin
  end

  # Whether the server asked for a certificate, and what it got. `requested` is nil if the handshake did not get that far or
  # was resumed; `summary` is `sent`, `not requested`, `requested, not offered`, `resumed` or `unknown`;
  # `days_left` is that of the certificate that was sent, or of the only one for this host.
  class ClientCertificateReport < Record
    fields :requested, :offered, :summary, :reason, :identity, :days_left, :acceptable_cas, :acceptable_schemes

    # The certificates sent, leaf first.
    def chain = self[:chain].map { |one| CertificateSummary.new(one) }
  end

  # How long the phases took, in milliseconds; nil where one did not happen.
  class Timings < Record
    fields :dns_ms, :connect_ms, :proxy_ms, :handshake_ms
  end

  # One connection: where it led, what was negotiated, who showed which certificate, how long it took. Values are nil where
  # the connection did not get that far.
  class HandshakeReport < Record
    fields :host, :port, :address, :proxy, :server_name, :version, :cipher_suite, :group, :resumed, :completed,
           :server_verified, :server_problem, :server_exceptions, :server_days_left

    # The server's certificates as it sent them, leaf first.
    def server_chain = self[:server_chain].map { |one| CertificateSummary.new(one) }

    # Our side of the mutual part.
    def client_certificate = ClientCertificateReport.new(self[:client_certificate])

    # The TlsAlert that ended it.
    def alert = self[:alert] && TlsAlert.new(**self[:alert].transform_keys(&:to_sym))

    def timings = Timings.new(self[:timings])
  end
end
