# frozen_string_literal: true

module Mutls
  # What is wrong with calls to a URL, found by walking their way. It holds no secret; `to_s` gives it as text.
  class Diagnosis
    # One step of the way: its name (`options`, `identity`, `trust`, `proxy`, `dns`, `connect`, `handshake`, `without_identity` or
    # `answer`), its state (`:ok`, `:warning` or `:failed`), what was found, the facts that it rests on, what to do, the error
    # that a call would end with as a Hash, and how many milliseconds it took.
    Step = Struct.new(:name, :state, :finding, :evidence, :cure, :error, :ms, keyword_init: true)

    # The URL, without user and query.
    attr_reader :url
    # How it came out as a whole, as its worst step: `:ok`, `:warning` or `:failed`.
    attr_reader :state
    # In a sentence: what is the matter.
    attr_reader :summary
    # The code of the error that calls fail with, such as `:client_cert_rejected`, or nil.
    attr_reader :code
    # The Steps in their order.
    attr_reader :steps
    # A page that needs nothing else, made to be sent to a partner's support desk.
    attr_reader :html

    def initialize(json, text, html)
      @document = JSON.parse(json)
      @text, @html = text, html
      @url, @summary = @document.values_at("url", "summary")
      @state = @document["state"].to_sym
      @code = @document["code"]&.to_sym
      @steps = @document["steps"].map do |step|
        Step.new(**step.transform_keys(&:to_sym), name: step["name"].to_sym, state: step["state"].to_sym)
      end
    end

    # All of it, the reports of both handshakes included, with keys as in every language.
    def to_h = @document

    def to_s = @text

    def inspect = "#<#{self.class} #{state} #{url}>"

    # Makes the request, has the block look, and reads what was found. The block gets the addresses of request, outcome and
    # error.
    def self.of(url, headers, cancel)
      out = FFI::MemoryPointer.new(40)
      at = out.address
      request = Request.new("GET", url, headers: headers, cancel: cancel)
      handle = request.make(out, 16)
      if Native::Interpreter::INTERRUPTED
        thread = Native::Interpreter.current_thread
        Native.check(Native.request_set_interrupt(handle, Native::Interpreter::INTERRUPTED, thread, 0, at + 16), out, 16)
      end
      token = cancel && Token.set(handle, out, 16)
      cancel&.attach(token)
      Native.check(yield(handle, at + 8, at + 16), out, 16)
      found = out.get_uint64(8)
      new(*%i[json text html].map do |form|
        Native.check(Native.public_send(:"diagnosis_#{form}", found, at + 24, at + 32, at + 16), out, 16)
        Native.copy(out.get_uint64(24), out.get_uint64(32)).force_encoding(Encoding::UTF_8)
      end)
    ensure
      cancel&.release(token) if token
      if out
        Native.request_free(out.get_uint64(0))
        Native.diagnosis_free(out.get_uint64(8))
      end
    end
    private_class_method :new, :of
  end

  # Finds out why calls to a URL fail, with the options of a Client, which may be one that cannot be made.
  #
  #   puts Mutls.diagnose("https://api.example/banks/v1", cert: "cert.crt", key: "key.pem", ca: "ca.pem")
  #
  # It walks options, certificate and key, CA bundle, proxy, name, every address, the handshake with the certificate and
  # without it, and at last a GET, unless `probe` is false. What is wrong is in the Diagnosis, never an exception, but for
  # options that do not exist.
  def self.diagnose(url, headers: nil, probe: true, cancel: nil, attachments: nil, **options)
    Config.open(*Config.document(options, attachments)) do |config|
      Diagnosis.send(:of, url, headers, cancel) do |request, found, error|
        Native.diagnose(config, request, probe ? 1 : 0, found, error)
      end
    end
  end
end
