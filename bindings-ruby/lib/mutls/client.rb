# frozen_string_literal: true

module Mutls
  # Calls an API over mutual TLS. It serves any number of threads at once, and keeps its connections: make one, and keep it.
  #
  #   client = Mutls::Client.new(cert: "cert.crt", key: "key.pem", ca: "ca.pem", base_url: "https://api.example/v1/")
  #   banks = client.get("banks").json
  #
  # Its options are the keys of the config document (docs/config.md); durations are seconds. Everything that they name is
  # read and checked here: a Mutls::Error says what cannot be used. A forked child may go on using it.
  #
  # `on_event` is called with each Event: connections, failures, certificates that expire soon. It is called when a call of
  # this client returns, on the thread of that call. What it raises is a warning and breaks nothing. Mutls.logger gets the
  # same lines.
  class Client
    def initialize(attachments: nil, on_event: nil, **options)
      make(*Config.document(options, attachments), on_event)
    end

    # A client from a config document in JSON, such as a profile file holds. Its `_ms` keys are milliseconds;
    # `{"ref": "name"}` stands for the bytes in `attachments`.
    def self.from_json(document, attachments = {}, on_event: nil)
      client = allocate
      client.send(:make, document, attachments.transform_keys(&:to_s), on_event)
      client
    end

    # Makes a client, yields it, and closes it.
    def self.open(**options)
      client = new(**options)
      yield client
    ensure
      client&.close
    end

    # Reads identity and trust anew, and swaps them in. Calls in flight finish on the old ones; on an error the old ones
    # stay.
    def reload(attachments: nil, **options)
      Config.open(*Config.document(options, attachments)) do |config|
        error = FFI::MemoryPointer.new(8)
        observed { Native.check(Native.client_reload(@handle, config, error.address), error, 0) }
      end
      nil
    end

    # Sends a request and reads its answer to the end. With a block, the body streams: the block gets the Response, its
    # value is returned, and the response is closed after it.
    #
    # The URL may be relative to `base_url`. An error status is an answer: see `Response#raise_for_status`. Raises a
    # Mutls::Error if there is no complete answer, a Mutls::TimeoutError among them.
    #
    # Options: `params`, `headers`, `body` (a String, an IO, or anything with `each`), `content_length` (of a body whose
    # length does not show), `json`, `form`, `auth` (`[user, password]` or `{ bearer: { token: "..." } }`), `timeout` (seconds for
    # the whole call, or limits by phase such as `{ connect: 2, read: 10 }`), `decompress`, `redirects`, `cancel` (a CancelToken).
    def request(method, url, **options, &block)
      return stream(method, url, **options, &block) if block

      request = Request.new(method, url, **options)
      observed do
        next Submitted.fetch(@handle, request) unless direct?(request)

        Direct.fetch(@handle, request) || Submitted.fetch(@handle, request)
      end
    end

    # Sends a request and waits for the head of its answer; the body streams. Close it, or give a block.
    #
    #   client.stream("GET", "statement.pdf") { |response| IO.copy_stream(response, file) }
    #
    # Closing it before the end of the body closes the connection.
    def stream(method, url, **options)
      request = Request.new(method, url, **options)
      response = observed { Submitted.open(@handle, request) }
      return response unless block_given?

      begin
        yield response
      ensure
        response.close
      end
    end

    %w[GET POST PUT PATCH DELETE HEAD OPTIONS].each do |verb|
      define_method(verb.downcase) { |url, **options, &block| request(verb, url, **options, &block) }
    end

    # Finds out why calls to a URL fail: see Mutls.diagnose. Reads the files anew, and uses none of this client's connections.
    def diagnose(url, headers: nil, probe: true, cancel: nil)
      Diagnosis.send(:of, url, headers, cancel) do |request, found, error|
        Native.client_diagnose(@handle, request, probe ? 1 : 0, found, error)
      end
    end

    # Refuses new calls, waits up to `drain` seconds for those in flight, cancels what is left, and closes every connection.
    # Says whether all had finished. A client that is never closed harms nothing.
    def close(drain: 0)
      out = FFI::MemoryPointer.new(16)
      Native.check(Native.client_close(@handle, Config.milliseconds(drain), out.address, out.address + 8), out, 8)
      out.get_int32(0) == 1
    end

    def inspect = "#<#{self.class}>"

    private

    def make(document, attachments, on_event)
      Config.open(document, attachments) do |config|
        out = FFI::MemoryPointer.new(16)
        Native.check(Native.client_new(config, out.address, out.address + 8), out, 8)
        @handle = out.get_uint64(0)
        @native = FFI::AutoPointer.new(FFI::Pointer.new(@handle), Native::FREE_CLIENT)
      end
      @observer = Observer.new(@handle, on_event)
      observed { nil }
    end

    def observed
      @observer.look
      yield
    ensure
      @observer.tell
    end

    # The main thread runs signal handlers: they must neither wait for a call nor end it, and a call that waits directly is
    # ended and made once more.
    def direct?(request)
      Native::Interpreter::INTERRUPTED && !request.source && !Fiber.current_scheduler &&
        (request.repeatable? || Thread.current != Thread.main)
    end
  end
end
