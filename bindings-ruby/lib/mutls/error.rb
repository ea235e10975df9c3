# frozen_string_literal: true

module Mutls
  # A TLS alert (RFC 8446 section 6) that ended a connection: its number on the wire, such as 48, its name, such as
  # `unknown_ca`, and whether the peer sent it.
  TlsAlert = Struct.new(:number, :name, :received, keyword_init: true) do
    alias_method :received?, :received
  end

  # What lies below an error, in the words of the layer that it comes from.
  class Cause < StandardError; end

  # Everything that mutls itself raises. Its text says what happened, and what to do about it.
  #
  # It never carries a passphrase, a key or a header value.
  class Error < StandardError
    # The stable name in the catalogue, such as `:client_cert_rejected`.
    attr_reader :code
    # The stable number in the catalogue.
    attr_reader :number
    # Where in the life of the call: `:config`, `:dns`, `:connect`, `:handshake`, `:body` and so on.
    attr_reader :phase
    # Who ended it: `:local`, `:peer`, `:network` or `:caller`.
    attr_reader :origin
    # What to do, in one sentence.
    attr_reader :hint
    # The TlsAlert, where one was seen.
    attr_reader :tls_alert
    # What lies below, nearest first. The same as the chain of `cause`.
    attr_reader :causes
    # What happened, in one or two sentences, without the hint.
    attr_reader :summary

    def initialize(summary = nil, code: :internal, number: nil, phase: :config, origin: :local, hint: "", tls_alert: nil,
                   not_processed: true, transient: false, causes: [], report: nil)
      @summary = summary || code.to_s
      @code = code
      @number = number || CODES.fetch(code).first
      @phase = phase
      @origin = origin
      @hint = hint
      @tls_alert = tls_alert
      @not_processed = not_processed
      @transient = transient
      @causes = causes
      @report = report
      text = "#{@summary} [#{code}, #{phase}, #{origin}]"
      super(hint.empty? ? text : "#{text} #{hint}")
    end

    # Whether the peer cannot have acted on the request, so that any request may be repeated.
    def not_processed? = @not_processed

    # Whether the same call may well succeed a moment later.
    def transient? = @transient

    # What was seen of the handshake; nil if the call did not get that far.
    def handshake
      return unless @report

      @handshake ||= HandshakeReport.new(JSON.parse(@report))
    end

    # The nearest of `causes` as an exception, unless this one was raised in the handling of another.
    def cause
      super || causes.reverse.reduce(nil) { |below, text| CausedBy.new(text, below) }
    end

    # Everything but the handshake report, as plain values.
    def to_h
      { code: code, number: number, phase: phase, origin: origin, message: summary, hint: hint,
        tls_alert: tls_alert&.to_h, not_processed: not_processed?, transient: transient?, causes: causes }
    end

    # The exception for a native error, which is freed.
    def self.from_native(handle)
      out = FFI::MemoryPointer.new(24)
      at = out.address
      facts = JSON.parse(text_of(handle, out, at, :error_json))
      report = text_of(handle, out, at, :error_handshake)
      code = facts["code"].to_sym
      _, kind = CODES.fetch(code) { [nil, InternalError] }
      alert = facts["tls_alert"]
      kind.new(facts["message"], code: code, number: facts["number"], phase: facts["phase"].to_sym,
                                 origin: facts["origin"].to_sym, hint: facts["hint"] || "",
                                 tls_alert: alert && TlsAlert.new(**alert.transform_keys(&:to_sym)),
                                 not_processed: facts["not_processed"], transient: facts["transient"],
                                 causes: facts["causes"] || [], report: report)
    ensure
      Native.error_free(handle)
    end

    def self.text_of(handle, out, at, what)
      status = Native.send(what, handle, at, at + 8, at + 16)
      raise "mutls: #{what} gave #{status}" unless status.zero?

      address = out.get_uint64(0)
      address.zero? ? nil : Native.copy(address, out.get_uint64(8)).force_encoding(Encoding::UTF_8)
    end
    private_class_method :text_of

    # A cause with a cause.
    class CausedBy < Cause
      attr_reader :cause

      def initialize(text, below)
        super(text)
        @cause = below
      end
    end
    private_constant :CausedBy
  end

  # A status of 400 or more; only `Response#raise_for_status` raises it. Not a Mutls::Error: the call went well.
  class StatusError < StandardError
    # The answer.
    attr_reader :response

    def initialize(response)
      @response = response
      kind = response.status < 500 ? "the request was refused" : "the server failed"
      super("#{response.status}: #{kind} by #{response.url.split("?", 2).first}")
    end

    # Its status code.
    def status = response.status
  end
end
