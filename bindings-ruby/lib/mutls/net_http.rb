# frozen_string_literal: true

require "net/http"
require "net/http/status"
require "openssl"
require_relative "openssl_options"

module Mutls
  # A Net::HTTP whose requests are made by mutls: `Mutls::NetHTTP` in place of `Net::HTTP` is the whole change.
  #
  #   http = Mutls::NetHTTP.new(url.host, url.port)
  #   http.use_ssl = true
  #   http.cert = "client.crt"        # or an OpenSSL::X509::Certificate
  #   http.key = "client.key"         # or an OpenSSL::PKey
  #   http.passphrase = "..."
  #   response = http.request(Net::HTTP::Get.new(url))
  #
  # Requests, responses and exceptions are those of Net::HTTP; an exception's `cause` is the Mutls::Error. Settings count
  # from `start` on, or from the first request. A started one may be used by many threads at once.
  class NetHTTP < Net::HTTP
    # Headers that core makes itself.
    OURS = %w[connection content-length transfer-encoding].freeze
    private_constant :OURS

    # What opens the key.
    attr_accessor :passphrase

    private

    def do_start
      connect
      @started = true
    end

    def connect
      @client ||= Mutls::Client.new(**client_options)
    rescue Mutls::Error => error
      raise as_net_http(error)
    end

    def do_finish
      @started = false
      client, @client = @client, nil
      client&.close
    end

    def transport_request(request)
      @client.stream(request.method, url_of(request), **call_options(request)) do |answer|
        response = response_of(answer, request)
        response.reading_body(answer, request.response_body_permitted?) { yield response if block_given? }
        response
      end
    rescue Mutls::Error => error
      raise as_net_http(error)
    end

    def url_of(request)
      host = address.include?(":") && !address.start_with?("[") ? "[#{address}]" : address
      "#{use_ssl? ? "https" : "http"}://#{host}:#{port}#{request.path}"
    end

    def call_options(request)
      if request.send(:instance_variable_get, :@body_data)
        raise ArgumentError, "Mutls::NetHTTP does not make multipart forms: give the encoded body as `body` or `body_stream`"
      end

      headers = request.to_hash.except(*OURS)
      # Asked for by Net::HTTP itself, it would be decoded by it.
      headers.delete("accept-encoding") if request.decode_content
      headers.delete("host") if headers["host"]&.first&.then { |host| [address, "#{address}:#{port}", addr_port].include?(host) }
      options = { headers: headers, redirects: "none" }
      body = request.body || request.body_stream
      options[:body] = body if body
      options[:content_length] = request.content_length if request.body_stream && request.content_length
      options
    end

    def response_of(answer, request)
      code = answer.status.to_s
      kind = Net::HTTPResponse::CODE_TO_OBJ[code] || Net::HTTPResponse::CODE_CLASS_TO_OBJ[code[0]] || Net::HTTPUnknownResponse
      response = kind.new(answer.http_version, code, Net::HTTP::STATUS_CODES[answer.status] || "")
      answer.headers.each { |name, value| response.add_field(name, value) }
      response.extend(Streamed)
      response.uri = request.uri
      response.decode_content = request.decode_content
      response.instance_variable_set(:@answer, answer)
      response
    end

    def client_options
      tls = SSL_ATTRIBUTES.to_h { |name| [name, respond_to?(name) ? public_send(name) : nil] }
      options = OpenSSLOptions.read(**tls, passphrase: passphrase)
      refuse_the_rest
      options[:timeouts] = timeouts
      options[:proxy] = proxy_options
      options[:pool] = { idle: keep_alive_timeout }
      options[:resolve] = { "#{address}:#{port}" => ipaddr } if ipaddr
      options
    end

    def refuse_the_rest
      return unless local_host || local_port

      raise ConfigError.new("`local_host` and `local_port` are not supported", code: :bad_option, hint: "Leave them out.")
    end

    # Net::HTTP's limits are each for one wait, too.
    def timeouts
      { dns: open_timeout, connect: open_timeout, handshake: ssl_timeout || open_timeout, send: write_timeout,
        first_byte: read_timeout, read: read_timeout, expect_continue: continue_timeout || 1 }
    end

    def proxy_options
      return "none" unless proxy?

      { url: "http://#{proxy_address}:#{proxy_port}", username: proxy_user, password: proxy_pass }.compact
    end

    # The exception that code for Net::HTTP expects. Those without a counterpart stay what they are.
    def as_net_http(error)
      case error.code
      when :timeout, :connect_timeout, :overloaded then timeout_of(error)
      when :connect_refused then Errno::ECONNREFUSED.new(error.message)
      when :unreachable then Errno::EHOSTUNREACH.new(error.message)
      when :connection_reset then Errno::ECONNRESET.new(error.message)
      when :host_not_found then SocketError.new(error.message)
      when :body_truncated then EOFError.new(error.message)
      when :protocol_error then Net::HTTPBadResponse.new(error.message)
      when :proxy_refused then Net::ProtocolError.new(error.message)
      else
        secure = [IdentityError, TrustError, HandshakeError].include?(error.class)
        secure ? OpenSSL::SSL::SSLError.new(error.message) : error
      end
    end

    def timeout_of(error)
      kind = case error.phase
             when :send then Net::WriteTimeout
             when :receive, :body then Net::ReadTimeout
             else Net::OpenTimeout
             end
      kind == Net::OpenTimeout ? kind.new(error.message) : kind.new.exception(error.message)
    end

    # A Net::HTTPResponse whose body comes from mutls: whole, not chunked, and decoded.
    module Streamed
      # The Mutls::HandshakeReport.
      def handshake = @answer.handshake

      private

      def read_body_0(dest)
        @socket.each_chunk { |piece| dest << piece }
      end
    end
    private_constant :Streamed
  end
end
