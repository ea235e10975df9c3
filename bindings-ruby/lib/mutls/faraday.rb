# frozen_string_literal: true

require "faraday"
require "net/http/status"
require "mutls"
require_relative "openssl_options"

module Mutls
  # The Faraday adapter `:mutls`.
  #
  #   Faraday.new(url, ssl: { client_cert: "client.crt", client_key: "client.key", ca_file: "ca.pem" }) do |connection|
  #     connection.adapter :mutls
  #   end
  #
  # Options of a Mutls::Client may be given to the adapter as well: `connection.adapter :mutls, passphrase: "..."`. A block
  # gets each Client that is made. Exceptions are Faraday's; their `cause` is the Mutls::Error.
  class FaradayAdapter < Faraday::Adapter
    # Names in Faraday's `ssl`, and in OpenSSL.
    SSL = { client_cert: :cert, client_key: :key, certificate: :cert, private_key: :key, version: :ssl_version,
            ca_file: :ca_file, ca_path: :ca_path, cert_store: :cert_store, verify: :verify, verify_mode: :verify_mode,
            verify_hostname: :verify_hostname, verify_depth: :verify_depth, min_version: :min_version,
            max_version: :max_version, ciphers: :ciphers }.freeze
    # Options of ours that `ssl` may not contradict.
    IDENTITY = %i[identity cert key cert_file key_file chain_file pkcs12_file].freeze
    TRUST = %i[trust ca ca_file].freeze
    # Headers that core makes itself.
    OURS = %w[connection content-length transfer-encoding].freeze
    private_constant :SSL, :IDENTITY, :TRUST, :OURS

    def initialize(app = nil, opts = {}, &block)
      super
      @clients = {}
      @making = Mutex.new
    end

    def build_connection(env)
      ssl = env[:ssl].to_h.compact
      proxy = proxy_of(env)
      key = [ssl, proxy]
      @clients[key] || @making.synchronize { @clients[key] ||= make(ssl, proxy) }
    end

    def call(env)
      super
      client = connection(env)
      verb = env[:method].to_s.upcase
      options = call_options(env)
      env[:request].stream_response? ? stream(client, verb, env, options) : fetch(client, verb, env, options)
      @app.call(env)
    rescue Mutls::Error => error
      raise as_faraday(error)
    end

    # Closes the connections.
    def close
      clients, @clients = @clients, {}
      clients.each_value(&:close)
      super
    end

    private

    def make(ssl, proxy)
      options = @connection_options.to_h.transform_keys(&:to_sym)
      from_ssl = OpenSSLOptions.read(openssl_names(ssl, options))
      contradict!(options, IDENTITY, from_ssl[:identity])
      contradict!(options, TRUST, from_ssl[:trust])
      client = Client.new(**options, **from_ssl, proxy: proxy, redirects: { follow: "none" })
      @config_block&.call(client)
      client
    end

    def openssl_names(ssl, options)
      names = ssl.to_h do |name, value|
        known = SSL.fetch(name) do
          raise ConfigError.new("`ssl: { #{name}: ... }` is not known to mutls", code: :bad_option, hint: "Leave it out.")
        end
        [known, value]
      end
      # The passphrase of a key that `ssl` names.
      names[:passphrase] = options.delete(:passphrase) if names[:key] && options[:passphrase]
      names
    end

    def contradict!(options, names, given)
      name = given && names.find { |one| options.key?(one) }
      return unless name

      raise ConfigError.new("`#{name}` is given to the adapter, and the same to Faraday's `ssl`", code: :bad_option,
                                                                                                  hint: "Keep one of them.")
    end

    # Faraday has looked at the environment already.
    def proxy_of(env)
      own = @connection_options.to_h[:proxy]
      given = env[:request][:proxy]
      return own || "none" unless given

      if own
        from_environment = URI(env[:url].to_s).find_proxy
        return own if from_environment && from_environment.host == given[:uri].host

        raise ConfigError.new("`proxy` is given to the adapter and to Faraday", code: :bad_option, hint: "Keep one of them.")
      end
      uri = given[:uri].dup
      uri.user = uri.password = nil
      { url: uri.to_s, username: given[:user], password: given[:password] }.compact
    end

    def call_options(env)
      request = env[:request]
      if request[:bind]
        raise ConfigError.new("`bind` is not supported", code: :bad_option, hint: "Leave it out.")
      end

      headers = env[:request_headers].reject { |name, _| OURS.include?(name.downcase) }
      options = { headers: headers, timeout: timeouts(request), body: env[:body] }
      length = env[:request_headers]["Content-Length"]
      options[:content_length] = Integer(length) if length && !length.to_s.empty? && env[:body] && !env[:body].is_a?(String)
      options.compact
    end

    # Each is for one wait, and `timeout` stands for those that are not given.
    def timeouts(request)
      open, read, write = %i[open read write].map { |type| request_timeout(type, request) }
      limits = {}
      limits.update(dns: open, connect: open, handshake: open) if open
      limits.update(first_byte: read, read: read) if read
      limits[:send] = write if write
      limits unless limits.empty?
    end

    def fetch(client, verb, env, options)
      response = client.request(verb, env[:url].to_s, **options)
      save(env, response, response.body)
    end

    def stream(client, verb, env, options)
      client.stream(verb, env[:url].to_s, **options) do |response|
        # Faraday 2 shows status and headers to `on_data`.
        later = method(:save_response).parameters.include?(%i[key finished])
        save(env, response, nil, finished: false) if later
        if env.respond_to?(:stream_response)
          env.stream_response { |&on_data| response.each_chunk(&on_data) }
        else
          pass_on(response, env[:request].on_data)
        end
        save(env, response, nil)
      end
    end

    def pass_on(response, on_data)
      size = 0
      response.each_chunk { |piece| on_data.call(piece, size += piece.bytesize) }
      on_data.call(+"", 0) if size.zero?
    end

    def save(env, response, body, **how)
      reason = Net::HTTP::STATUS_CODES[response.status]
      save_response(env, response.status, body, nil, reason, **how) do |headers|
        response.headers.to_h.each { |name, value| headers[name] = Array(value).join(", ") }
      end
    end

    def as_faraday(error)
      kind = case error
             when TimeoutError
               %i[dns connect proxy handshake].include?(error.phase) ? Faraday::ConnectionFailed : Faraday::TimeoutError
             when IdentityError, TrustError, HandshakeError then Faraday::SSLError
             when ConfigError, InternalError then Faraday::Error
             else Faraday::ConnectionFailed
             end
      kind.new(error)
    end
  end

  # Faraday 1 takes a Hash, Faraday 2 keyword arguments; both take this.
  Faraday::Adapter.register_middleware(mutls: FaradayAdapter)
end
