# frozen_string_literal: true

require "helper"
# Debian's Faraday 1 is older than Ruby's warnings.
$VERBOSE, verbose = nil, $VERBOSE
require "faraday"
$VERBOSE = verbose
require "mutls/faraday"

class TestFaraday < MutlsTest
  # The ways to say who we are, and no TLS at all.
  def each_connection
    identity = sandbox.identity
    certificates = OpenSSL::X509::Certificate.load_file(identity["chain"])
    key = OpenSSL::PKey.read(File.read(identity["key"]))
    {
      "ssl with paths" => [sandbox.url("required"), { client_cert: identity["chain"], client_key: identity["key"], ca_file: sandbox.ca }, {}],
      "ssl with PEM" => [sandbox.url("required"), { client_cert: File.read(identity["chain"]), client_key: File.read(identity["key"]),
                                                    ca_file: sandbox.ca }, {}],
      "options of ours" => [sandbox.url("required"), {}, sandbox.pair],
      "a mixture" => [sandbox.url("tls12"), { ca_file: sandbox.ca, verify: true, min_version: :TLS1_2 },
                      { cert: certificates.map(&:to_pem).join, key: key.to_pem }],
      "no TLS" => [sandbox.url("plain"), {}, {}],
    }.each { |name, (url, ssl, ours)| yield name, connection(url, ssl, **ours) }
  end

  def connection(url, ssl = {}, **ours)
    Faraday.new(url, ssl: ssl) do |builder|
      yield builder if block_given?
      builder.request :url_encoded
      builder.adapter :mutls, **ours
    end
  end

  def mutual(**ours) = connection(sandbox.url("required"), {}, **sandbox.pair, **ours)

  def echo(response) = JSON.parse(response.body)

  def test_every_verb_in_every_way
    each_connection do |name, faraday|
      %i[get delete options].each do |verb|
        seen = echo(faraday.run_request(verb, "/echo?a=1", nil, { "X-A" => "b" }))
        assert_equal [verb.to_s.upcase, "a=1"], seen.values_at("method", "query"), name
        assert_includes(seen["headers"].map { |pair| pair.map(&:downcase) }, %w[x-a b])
      end
      %i[post put patch].each do |verb|
        seen = echo(faraday.run_request(verb, "/echo", "héllo", { "Content-Type" => "text/plain" }))
        assert_equal [verb.to_s.upcase, 6], seen.values_at("method", "body_length"), name
        assert_equal 0, echo(faraday.run_request(verb, "/echo", nil, {}))["body_length"]
      end
      head = faraday.head("/bytes/10")
      assert_equal [200, "10", ""], [head.status, head.headers["Content-Length"], head.body.to_s], name
      assert_equal({ "a" => "b c" }, URI.decode_www_form(echo(faraday.post("/echo", { a: "b c" }))["body_base64"].unpack1("m")).to_h)
    end
  end

  def test_an_answer
    answer = mutual.get("/status/404")
    assert_equal [404, "Not Found"], [answer.status, answer.reason_phrase]
    answer = mutual.get("/dup-headers")
    assert_equal "one, two", answer.headers["X-Dup"]
    assert_equal "caf\xE9".b, answer.headers["x-latin1"].b
    assert_equal 302, mutual.get("/redirect/302?to=/echo").status
    assert_equal "gzip", JSON.parse(mutual.get("/gzip").body)["encoding"]
    assert_bytes pattern(100_000), mutual.get("/chunked/100000/1000").body
    assert_equal [true, 201], [mutual.get("/status/201").success?, mutual.get("/status/201").status]
  end

  def test_streams_up
    data = pattern(300_000)
    [StringIO.new(data), Tempfile.create.tap { |file| file.binmode.write(data) and file.rewind }].each do |body|
      seen = echo(mutual.post("/upload", body, { "Content-Type" => "application/octet-stream" }))
      assert_equal data.bytesize, seen["length"], body.class.name
    end
    seen = echo(mutual.post("/echo", StringIO.new(data), { "Content-Type" => "x/y", "Content-Length" => data.bytesize.to_s }))
    assert_equal Digest::SHA256.hexdigest(data), seen["body_sha256"]
  end

  def test_multipart
    skip "a gem of its own from Faraday 2 on" unless Faraday::VERSION < "2"

    faraday = connection(sandbox.url("required"), {}, **sandbox.pair) { |builder| builder.request :multipart }
    part = Faraday::FilePart.new(StringIO.new("content"), "text/plain", "a.txt")
    body = echo(faraday.post("/echo", { field: "x", file: part }))["body_base64"].unpack1("m")
    assert_match(/filename="a.txt".*content/m, body)
  end

  def test_streams_down
    pieces = []
    response = mutual.get("/chunked/300000/1000") { |request| request.options.on_data = ->(piece, size, *) { pieces << [piece, size] } }
    assert_equal 200, response.status
    assert_bytes pattern(300_000), pieces.map(&:first).join
    assert_equal 300_000, pieces.last[1]
    assert_operator pieces.size, :>, 1
    empty = []
    mutual.get("/status/204") { |request| request.options.on_data = ->(piece, size, *) { empty << [piece, size] } }
    assert_equal [["", 0]], empty
    id = "faraday-#{Process.pid}"
    assert_raises(ZeroDivisionError) do
      mutual.get("/large/1000000000", nil, { "x-sandbox-id" => id }) { |request| request.options.on_data = ->(*) { 1 / 0 } }
    end
    assert_equal 1, sandbox.log(id, aborted: 1)["aborted"]
    assert_raises(Faraday::ConnectionFailed) { mutual.get("/truncated/10/20") { |request| request.options.on_data = ->(*) {} } }
  end

  def test_timeouts_by_kind
    unaccepted, silent = sandbox.url("tcp_unaccepted"), sandbox.url("tcp_silent")
    {
      [sandbox.url("required", "/silence"), :get, { timeout: 0.2 }] => Faraday::TimeoutError,
      [sandbox.url("required", "/silence"), :get, { read_timeout: 0.2, timeout: 20 }] => Faraday::TimeoutError,
      [sandbox.url("required", "/drip?ms=5000"), :get, { read_timeout: 0.2 }] => Faraday::TimeoutError,
      [sandbox.url("required", "/upload-slow?bytes_per_s=1"), :post, { write_timeout: 0.2, timeout: 20 }] => Faraday::TimeoutError,
      [unaccepted, :get, { open_timeout: 0.2, timeout: 20 }] => Faraday::ConnectionFailed,
      [silent, :get, { open_timeout: 0.2 }] => Faraday::ConnectionFailed,
      [unaccepted, :get, { timeout: 0.2 }] => Faraday::ConnectionFailed,
    }.each do |(url, verb, limits), kind|
      begun = now
      error = assert_raises(kind, limits.to_s) do
        mutual.run_request(verb, url, verb == :post ? "x" * 20_000_000 : nil, nil) { |request| request.options.update(limits) }
      end
      assert_kind_of Mutls::TimeoutError, error.cause
      assert_operator now - begun, :<, 5
    end
    # The others are no limit for it.
    assert_equal 200, mutual.get("/delay/500") { |request| request.options.update(open_timeout: 0.4, write_timeout: 0.4) }.status
  end

  def test_errors
    {
      sandbox.url("refused") => [Faraday::ConnectionFailed, :connect_refused],
      "https://nowhere.invalid" => [Faraday::ConnectionFailed, :host_not_found],
      sandbox.url("server_expired") => [Faraday::SSLError, :server_expired],
      sandbox.url("server_unknown_ca") => [Faraday::SSLError, :server_untrusted_issuer],
      sandbox.url("required", "/reset") => [Faraday::ConnectionFailed, :connection_reset],
      sandbox.url("required", "/truncated/1/2") => [Faraday::ConnectionFailed, :body_truncated],
      sandbox.url("required", "/bad-status-line") => [Faraday::ConnectionFailed, :protocol_error],
    }.each do |url, (kind, code)|
      error = assert_raises(kind, url) { mutual.get(url) }
      assert_equal code, error.cause.code
      assert_equal error.cause, error.wrapped_exception
    end
    assert_equal :client_cert_required, assert_raises(Faraday::SSLError) { connection(sandbox.url("required"), { ca_file: sandbox.ca }).get("/") }.cause.code
    assert_equal :client_cert_rejected, assert_raises(Faraday::SSLError) { mutual(**sandbox.pair("revoked")).get("/") }.cause.code
    assert_equal :key_mismatch, assert_raises(Faraday::SSLError) { mutual(**sandbox.pair("mismatch")).get("/") }.cause.code
  end

  def test_what_is_refused
    {
      { verify: false } => {}, { verify_mode: OpenSSL::SSL::VERIFY_NONE } => {}, { verify_depth: 2 } => {},
      { cert_store: OpenSSL::X509::Store.new } => {}, { version: :TLSv1_1 } => {}, { max_version: :TLS1_1 } => {},
      { version: :nonsense } => {}, { client_cert: sandbox.identity["chain"] } => sandbox.pair, { ca_file: sandbox.ca } => sandbox.pair,
      {} => { colour: "blue" },
    }.each do |ssl, ours|
      error = assert_raises(Faraday::Error, ssl.to_s) { connection(sandbox.url("none"), ssl, **ours).get("/") }
      assert_instance_of Mutls::ConfigError, error.cause
    end
    assert_raises(Faraday::Error) { mutual.get("/echo") { |request| request.options.bind = { host: "127.0.0.1" } } }
  end

  def test_versions_of_tls
    { { min_version: :TLS1_3 } => "1.3", { version: :TLSv1_2 } => "1.2", { max_version: OpenSSL::SSL::TLS1_2_VERSION } => "1.2",
      { version: :SSLv23, min_version: "TLS1_1" } => "1.3", { verify_mode: OpenSSL::SSL::VERIFY_PEER } => "1.3" }.each do |ssl, version|
      assert_equal version, echo(connection(sandbox.url("none"), { ca_file: sandbox.ca, **ssl }).get("/echo"))["tls"]["version"], ssl
    end
    Dir.mktmpdir do |folder|
      File.write("#{folder}/ca.0", File.read(sandbox.ca))
      assert_equal 200, connection(sandbox.url("none"), { ca_path: folder }).get("/echo").status
    end
  end

  def test_an_encrypted_key
    identity = sandbox.identity("encrypted")
    ssl = { client_cert: identity["chain"], client_key: identity["key"], ca_file: sandbox.ca }
    assert_equal 200, connection(sandbox.url("required"), ssl, passphrase: identity["passphrase"]).get("/echo").status
    opened = { **ssl, client_key: OpenSSL::PKey.read(File.read(identity["key"]), identity["passphrase"]) }
    assert_equal 200, connection(sandbox.url("required"), opened).get("/echo").status
    # With `certificate` and `private_key`, as Excon has them; the certificate alone, whose chain is trusted already.
    leaf = OpenSSL::X509::Certificate.new(File.read(identity["cert"]))
    ours = { certificate: leaf, private_key: opened[:client_key], ca_file: sandbox.files["chain"] }
    assert_equal 200, connection(sandbox.url("required"), ours).get("/echo").status
  end

  def test_proxies
    { "proxy" => nil, "proxy_auth" => "proxyuser:proxypass" }.each do |name, user|
      proxy = sandbox.url(name).sub("//", user ? "//#{user}@" : "//")
      faraday = Faraday.new(sandbox.url("required"), proxy: proxy) { |builder| builder.adapter :mutls, **sandbox.pair }
      assert_equal 200, faraday.get("/echo").status
      assert_equal 200, mutual(proxy: proxy).get("/echo").status
    end
    assert_equal 2, Mutls::Client.new(proxy: "none").get(sandbox.url("proxy", "/_stats")).json["tunnels"]
    refused = Faraday.new(sandbox.url("required"), proxy: sandbox.url("proxy_refusing")) { |builder| builder.adapter :mutls, **sandbox.pair }
    assert_equal :proxy_refused, assert_raises(Faraday::ConnectionFailed) { refused.get("/") }.cause.code
    both = Faraday.new(sandbox.url("required"), proxy: sandbox.url("proxy")) { |b| b.adapter :mutls, **sandbox.pair, proxy: "http://other:1" }
    assert_raises(Faraday::Error) { both.get("/") }
  end

  def test_connections_are_kept_and_closed
    faraday = mutual
    first, second = Array.new(2) { echo(faraday.get("/echo")) }
    assert_equal first["connection_id"], second["connection_id"]
    faraday.close
    refute_equal first["connection_id"], echo(faraday.get("/echo"))["connection_id"]
    made = []
    connection = Faraday.new(sandbox.url("required")) { |b| b.adapter(:mutls, **sandbox.pair) { |client| made << client } }
    2.times { connection.get("/echo") }
    assert_equal [Mutls::Client], made.map(&:class)
  end

  def test_middleware_of_faradays_own
    faraday = connection(sandbox.url("required"), {}, **sandbox.pair) do |builder|
      builder.request :retry, max: 2, interval: 0.01, methods: %i[get], exceptions: [Faraday::ConnectionFailed] if Faraday::VERSION < "2"
      builder.response :raise_error
    end
    assert_raises(Faraday::ResourceNotFound) { faraday.get("/status/404") }
    assert_equal 200, faraday.get("/close-if-reused").status
    seen = Array.new(8) { Thread.new { Array.new(10) { faraday.get("/bytes/10").body.bytesize }.sum } }.map(&:value)
    assert_equal [100], seen.uniq
  end
end
