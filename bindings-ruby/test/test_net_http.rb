# frozen_string_literal: true

require "helper"
require "digest"
require "net/http"
require "openssl"

class TestNetHTTP < MutlsTest
  def http(listener = "required", identity = "valid")
    uri = URI(sandbox.url(listener))
    http = Mutls::NetHTTP.new(uri.host, uri.port)
    http.use_ssl = uri.scheme == "https"
    http.ca_file = sandbox.ca
    if identity
      http.cert = sandbox.identity(identity)["chain"]
      http.key = sandbox.identity(identity)["key"]
    end
    http
  end

  def test_is_a_net_http
    assert_kind_of Net::HTTP, http
    response = http.get("/echo?a=1", { "X-A" => "b" })
    assert_instance_of Net::HTTPOK, response
    assert_equal ["200", "OK", "1.1"], [response.code, response.message, response.http_version]
    seen = JSON.parse(response.body)
    assert_equal ["a=1", "valid"], [seen["query"], seen["client"]["subject"][/CN=(\w+)/, 1]]
    hosts = seen["headers"].select { |name, _| name.casecmp?("host") }
    assert_equal [["localhost:#{sandbox.port("required")}"]], hosts.map { |_, value| [value] }
    assert_equal "TLSv1.3", response.handshake.version
    assert_instance_of Net::HTTPNotFound, http.get("/status/404")
    assert_raises(Net::HTTPClientException) { http.get("/status/404").value }
    assert_instance_of Net::HTTPFound, http.get("/redirect/302?to=/echo")
    assert_equal %w[one two], http.get("/dup-headers").get_fields("x-dup")
  end

  def test_every_verb_with_and_without_tls
    [http, http("tls12"), http("plain", nil)].each do |one|
      one.start do
        %w[Get Delete Options Propfind].each do |verb|
          assert_equal verb.upcase, JSON.parse(one.request(Net::HTTP.const_get(verb).new("/echo")).body)["method"]
        end
        %w[Post Put Patch].each do |verb|
          seen = JSON.parse(one.request(Net::HTTP.const_get(verb).new("/echo"), "hello").body)
          assert_equal [verb.upcase, 5], seen.values_at("method", "body_length")
        end
        head = one.head("/bytes/10")
        assert_equal [nil, "10"], [head.body, head["content-length"]]
        assert_nil one.get("/status/204").body
      end
    end
  end

  def test_bodies
    data = pattern(300_000)
    one = http.start
    request = Net::HTTP::Post.new("/echo")
    request.body_stream = StringIO.new(data)
    request.content_length = data.bytesize
    assert_equal Digest::SHA256.hexdigest(data), JSON.parse(one.request(request).body)["body_sha256"]
    request = Net::HTTP::Put.new("/echo", "Transfer-Encoding" => "chunked")
    request.body_stream = StringIO.new(data)
    assert_equal data.bytesize, JSON.parse(one.request(request).body)["body_length"]
    request = Net::HTTP::Post.new("/echo")
    request.set_form_data("a" => "b c")
    assert_equal "a=b+c", JSON.parse(one.request(request).body)["body_base64"].unpack1("m")
    request.set_form([["a", "b"]], "multipart/form-data")
    assert_raises(ArgumentError) { one.request(request) }
    pieces = []
    one.request_get("/chunked/300000/1000") { |response| response.read_body { |piece| pieces << piece } }
    assert_bytes data, pieces.join
    assert_operator pieces.size, :>, 1
    assert_bytes data, one.get("/bytes/300000").body
    assert_equal "gzip", JSON.parse(one.get("/gzip").body)["encoding"]
    assert_equal "gzip", one.get("/gzip", { "Accept-Encoding" => "gzip" })["content-encoding"]
    connections = Array.new(3) { JSON.parse(one.get("/connection").body)["connection_id"] }
    assert_equal 1, connections.uniq.size
    one.finish
    refute_predicate one, :started?
  end

  def test_who_we_are
    identity = sandbox.identity("encrypted")
    one = http("required", nil)
    one.cert, *one.extra_chain_cert = OpenSSL::X509::Certificate.load_file(identity["chain"])
    one.key = OpenSSL::PKey.read(File.read(identity["key"]), identity["passphrase"])
    assert_equal "200", one.get("/echo").code
    one = http("required", "encrypted")
    one.passphrase = identity["passphrase"]
    assert_equal "200", one.get("/echo").code
    one = http("required", "rsa_pkcs1")
    one.key = OpenSSL::PKey::RSA.new(File.read(sandbox.identity("rsa_pkcs1")["key"]))
    assert_equal "200", one.get("/echo").code
    uri = URI(sandbox.url("required"))
    options = { use_ssl: true, verify_mode: OpenSSL::SSL::VERIFY_PEER, ca_file: sandbox.ca, cert: sandbox.identity["chain"],
                key: sandbox.identity["key"] }
    assert_equal "200", Mutls::NetHTTP.start(uri.hostname, uri.port, options) { |started| started.get("/echo").code }
  end

  def test_exceptions
    { ["required", "/reset"] => Errno::ECONNRESET, ["required", "/truncated/1/2"] => EOFError, ["refused", "/"] => Errno::ECONNREFUSED,
      ["required", "/bad-status-line"] => Net::HTTPBadResponse, ["server_expired", "/"] => OpenSSL::SSL::SSLError }.each do |(listener, path), kind|
      error = assert_raises(kind, path) { http(listener).get(path) }
      assert_kind_of Mutls::Error, error.cause
    end
    assert_raises(OpenSSL::SSL::SSLError) { http("required", nil).get("/") }
    assert_raises(OpenSSL::SSL::SSLError) { http("required", "mismatch").get("/") }
    assert_raises(SocketError) { Mutls::NetHTTP.new("nowhere.invalid", 80).get("/") }
    read = http.tap { |one| one.read_timeout = 0.2 }
    assert_raises(Net::ReadTimeout) { read.get("/silence") }
    assert_raises(Net::ReadTimeout) { read.get("/drip?ms=5000") }
    open = http("tcp_unaccepted").tap { |one| one.open_timeout = 0.2 }
    assert_raises(Net::OpenTimeout) { open.get("/") }
    write = http.tap { |one| one.write_timeout = 0.2 }
    assert_raises(Net::WriteTimeout) { write.post("/upload-slow?bytes_per_s=1", "x" * 20_000_000) }
  end

  def test_what_is_refused
    { verify_mode: OpenSSL::SSL::VERIFY_NONE, verify_depth: 1, ciphers: "ALL", cert_store: OpenSSL::X509::Store.new, verify_hostname: false,
      ssl_version: :TLSv1, local_host: "127.0.0.1", verify_callback: ->(*) { true } }.each do |name, value|
      one = http.tap { |made| made.public_send("#{name}=", value) }
      assert_raises(Mutls::ConfigError, name) { one.get("/echo") }
    end
  end

  def test_proxies
    uri, proxy = URI(sandbox.url("required")), URI(sandbox.url("proxy_auth"))
    one = Mutls::NetHTTP.new(uri.host, uri.port, proxy.host, proxy.port, "proxyuser", "proxypass")
    one.use_ssl = true
    one.ca_file = sandbox.ca
    one.cert, one.key = sandbox.identity.values_at("chain", "key")
    assert_equal "200", one.get("/echo").code
    ENV["https_proxy"] = sandbox.url("proxy_refusing")
    assert_equal "200", http.get("/echo").code, "Net::HTTP itself leaves loopback out"
  ensure
    ENV.delete("https_proxy")
  end

  def test_threads_share_one
    one = http.start
    assert_equal [10] * 16, Array.new(16) { Thread.new { one.get("/bytes/10").body.bytesize } }.map(&:value)
  end
end
