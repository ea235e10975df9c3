# frozen_string_literal: true

require "helper"
require "digest"
require "pathname"

class TestClient < MutlsTest
  def test_every_verb
    each_way do |way, run|
      %w[get post put patch delete options].each do |verb|
        answer = run.call { client.public_send(verb, "echo") }
        assert_equal [200, verb.upcase], [answer.status, answer.json["method"]], way
      end
      head = run.call { client.head("bytes/10") }
      assert_equal ["", "10"], [head.body, head["content-length"]]
      assert_equal "PROPFIND", run.call { client.request(:propfind, "echo") }.json["method"]
    end
  end

  def test_what_a_call_may_be_given
    seen = client.post("echo", params: { a: 1, b: ["x y", nil, true].compact, c: nil }, headers: { "X-A" => %w[1 2], x_b: :c },
                               json: { "n" => [1, nil, "é"] }, auth: %w[user pass]).json
    assert_equal "a=1&b=x%20y&b=true", seen["query"]
    headers = seen["headers"].map { |name, value| [name.downcase, value] }
    assert_includes headers, ["x-a", "1"]
    assert_includes headers, ["x-a", "2"]
    assert_includes headers, ["x_b", "c"]
    assert_includes headers, ["content-type", "application/json"]
    assert_includes headers, ["authorization", "Basic dXNlcjpwYXNz"]
    assert_equal({ "n" => [1, nil, "é"] }, JSON.parse(seen["body_base64"].unpack1("m").force_encoding("UTF-8")))
    form = client.post("echo", form: { a: "b c", d: [1, 2] }, headers: [["Content-Type", "text/x"]]).json
    assert_equal "a=b+c&d=1&d=2", form["body_base64"].unpack1("m")
    assert_equal(["text/x"], form["headers"].select { |name, _| name.casecmp?("content-type") }.map(&:last))
    assert_equal "a=1&b=2", client.get("echo?a=1#top", params: { b: 2 }).json["query"]
    assert_equal 200, client.get("bearer/t", auth: { bearer: { token: "t" } }).status
  end

  def test_contradictions
    { { json: 1, body: "x" } => :bad_option, { form: {}, json: 1 } => :bad_option, { auth: ["a:b", "c"] } => :bad_option,
      { auth: "x" } => :bad_option, { headers: { "X" => "a\r\nB: c" } } => :bad_header, { headers: { "Connection" => "x" } } => :bad_header,
      { timeout: -1 } => :bad_option, { timeout: Float::NAN } => :bad_option, { redirects: "sideways" } => :bad_option }.each do |given, code|
      error = assert_raises(Mutls::ConfigError, given.to_s) { client.post("echo", **given) }
      assert_equal code, error.code, given
    end
    assert_raises(ArgumentError) { client.get("echo", colour: "blue") }
    assert_raises(TypeError) { client.post("echo", body: 5) }
    assert_raises(TypeError) { client.post("echo", body: { a: 1 }) }
    assert_instance_of TypeError, assert_raises(Mutls::BodyError) { client.post("echo", body: [1]) }.cause
    assert_equal :bad_option, assert_raises(Mutls::ConfigError) { client.request("GE T", "echo") }.code
    assert_equal :bad_url, assert_raises(Mutls::ConfigError) { Mutls::Client.new.get("nowhere") }.code
    assert_raises(Mutls::Error) { client.get("\xFF\xFE") }
  end

  def test_options_of_a_client
    error = assert_raises(Mutls::ConfigError) { Mutls::Client.new(crt: "x") }
    assert_includes error.hint, "cert"
    assert_raises(Mutls::ConfigError) { Mutls::Client.new(timeouts: { total: 1, total_ms: 1 }).get("x") }
    identity = sandbox.identity("encrypted")
    [identity["passphrase"], identity["passphrase"].b].each do |passphrase|
      made = Mutls::Client.new(cert: File.read(identity["chain"]), key: Pathname(identity["key"]), passphrase: passphrase, ca: sandbox.ca)
      assert_includes made.get(sandbox.url("required", "/echo")).json["client"]["subject"], "encrypted"
    end
    error = assert_raises(Mutls::IdentityError) { Mutls::Client.new(cert: identity["chain"], key: identity["key"], passphrase: "s3cret") }
    assert_equal [:passphrase_wrong, 204, :config, :local], [error.code, error.number, error.phase, error.origin]
    refute_includes error.full_message, "s3cret"
    nested = Mutls::Client.new(identity: { cert_pem: File.read(identity["chain"]), key_file: identity["key"], passphrase: { ref: "p" } },
                               trust: { ca_file: [sandbox.ca] }, timeouts: { connect: 1.5 }, attachments: { "p" => identity["passphrase"] })
    assert_equal 200, nested.get(sandbox.url("required", "/echo")).status
    profile = { base_url: sandbox.url("none", "/"), ca: { ref: "ca" }, timeouts: { total_ms: 5000 } }
    assert_equal 200, Mutls::Client.from_json(JSON.generate(profile), { ca: File.read(sandbox.ca) }).get("echo").status
  end

  def test_timeouts
    each_way do |way, run|
      error = assert_raises(Mutls::TimeoutError, way) { run.call { client.get("silence", timeout: 0.2) } }
      assert_equal [:receive, :network], [error.phase, error.origin]
      error = assert_raises(Mutls::TimeoutError) { run.call { client(timeouts: { first_byte: 0.2 }).get("silence") } }
      assert_includes error.message, "first_byte"
      error = assert_raises(Mutls::TimeoutError) { run.call { client.get("drip?ms=2000", timeout: { read: 0.2 }) } }
      assert_equal :body, error.phase
    end
  end

  def test_headers
    headers = client.get("dup-headers").headers
    assert_equal %w[one two], headers.get_all("X-Dup")
    assert_equal "one, two", headers["x-dup"]
    assert_equal "caf\xE9".b, headers["x-latin1"]
    assert_equal ["", nil], [headers["X-Empty"], headers["absent"]]
    assert headers.key?(:"X-Dup")
    assert_equal headers.size, headers.to_a.size
    assert_equal %w[one two], headers.to_h["x-dup"]
  end

  def test_a_body_in_its_encoding
    assert_equal Encoding::UTF_8, client.get("echo").body.encoding
    assert_equal Encoding::BINARY, client.get("bytes/10").body.encoding
    answer = client.get("bytes/1000?seed=3")
    assert_bytes pattern(1000, 3), answer.body
    assert_equal 1000, answer.content_length
  end

  def test_the_rest_of_a_response
    each_way do |_, run|
      own = client
      run.call { own.get("echo") }
      answer = run.call { own.get("redirect/302?to=/echo") }
      assert answer.success?
      assert answer.connection_reused?
      assert_equal [sandbox.url("required", "/echo"), "1.1"], [answer.url, answer.http_version]
      assert_equal "TLSv1.3", answer.handshake.version
      assert_equal "sent", answer.handshake.client_certificate.summary
      assert_includes answer.handshake.client_certificate.chain[0].subject, "valid"
      assert_same answer, answer.raise_for_status
      assert_includes answer.inspect, "200"
      assert_equal answer.body.byteslice(0, 5), answer.read(5)
      refute_nil answer.read
      assert_nil answer.read(1)
    end
    error = assert_raises(Mutls::StatusError) { client.get("status/404?token=x").raise_for_status }
    assert_equal 404, error.status
    refute_includes error.message, "token"
    refute_kind_of Mutls::Error, error
  end

  def test_errors
    each_way do |way, run|
      error = assert_raises(Mutls::HandshakeError, way) { run.call { client(**sandbox.pair("revoked")).get("echo") } }
      assert_equal [:client_cert_rejected, 502, :peer], [error.code, error.number, error.origin]
      assert_equal ["certificate_revoked", true], [error.tls_alert.name, error.tls_alert.received?]
      assert_equal error.code, error.to_h[:code]
      assert_equal "localhost", error.handshake.host
      assert error.not_processed?
      refute error.transient?
      assert_includes error.message, error.hint
      error = assert_raises(Mutls::ConnectError) { run.call { client.get("reset") } }
      assert_equal error.causes.first, error.cause&.message
      assert_raises(Mutls::BodyError) { run.call { client.get("truncated/10/20") } }
      assert_raises(Mutls::TrustError) { run.call { client(ca: sandbox.files["other_ca"]).get("echo") } }
      assert_raises(Mutls::ProtocolError) { run.call { client.get("bad-status-line") } }
      closed = client
      assert closed.close
      assert_equal :closed, assert_raises(Mutls::CancelledError) { run.call { closed.get("echo") } }.code
    end
    assert_equal Mutls::CODES.size, Mutls::CODES.values.map(&:first).uniq.size
  end

  def test_request_bodies_of_every_kind
    data = pattern(700_000)
    bodies = {
      "a String" => [data, "content-length"],
      "a StringIO" => [StringIO.new(data), "content-length"],
      "an Array" => [[data[0, 1], "", data[1..]], "transfer-encoding"],
      "an Enumerator" => [Enumerator.new { |out| data.scan(/.{1,1000}/mn) { |piece| out << piece } }, "transfer-encoding"],
    }
    Tempfile.create(binmode: true) do |file|
      file.write("skipped", data)
      file.pos = 7
      reader, writer = IO.pipe(binmode: true)
      Thread.new { writer.write(data) and writer.close }
      bodies.merge("a File" => [file, "content-length"], "a pipe" => [reader, "transfer-encoding"]).each do |kind, (body, framing)|
        seen = client.put("echo", body: body).json
        assert_equal [data.bytesize, Digest::SHA256.hexdigest(data)], seen.values_at("body_length", "body_sha256"), kind
        assert(seen["headers"].any? { |name, _| name.casecmp?(framing) }, kind)
      end
    end
    assert_equal 4, client.post("echo", body: %w[ab cd], content_length: 4).json["body_length"]
    error = assert_raises(Mutls::BodyError) { client.post("echo", body: ["abc"], content_length: 2) }
    assert_equal :body_source_failed, error.code
  end

  def test_a_body_that_fails
    id = "ruby-source-#{Process.pid}"
    source = Enumerator.new do |out|
      out << "x" * 10
      raise ArgumentError, "no more"
    end
    error = assert_raises(Mutls::BodyError) { client.post("upload", body: source, headers: { "x-sandbox-id" => id }) }
    assert_equal :body_source_failed, error.code
    assert_instance_of ArgumentError, error.cause
    assert_equal 1, sandbox.log(id, aborted: 1)["aborted"]
  end

  def test_an_early_answer_ends_an_upload
    endless = Enumerator.new { |out| loop { out << "x" * 65_536 } }
    assert_equal 413, client.post("early-413", body: endless).status
  end

  def test_a_stream
    own = client
    got = String.new
    result = own.get("chunked/100000/999") do |response|
      assert_equal 200, response.status
      response.each_chunk(10_000) { |piece| got << piece }
      :done
    end
    assert_equal :done, result
    assert_bytes pattern(100_000), got
    copy = StringIO.new
    own.stream("GET", "bytes/300000") { |response| IO.copy_stream(response, copy) }
    assert_bytes pattern(300_000), copy.string
    response = own.stream("GET", "bytes/1000")
    assert_equal pattern(10), response.read(10)
    assert_equal 990, response.body.bytesize
    response.close
    assert response.closed?
    assert_equal 200, response.status
    # The connection came back.
    assert own.get("echo").connection_reused?
  end

  def test_leaving_a_stream_closes_the_connection
    id = "ruby-leave-#{Process.pid}"
    response = client.stream("GET", "large/1000000000", headers: { "x-sandbox-id" => id })
    response.read(10)
    response.close
    response.close
    assert_equal 1, sandbox.log(id, aborted: 1)["aborted"]
    assert_equal "1000000000", response["content-length"]
    assert_equal "TLSv1.3", response.handshake.version
    assert_raises(Mutls::CancelledError) { response.read(10) }
    assert_raises(RuntimeError) { client.get("large/1000000000") { raise "enough" } }
  end

  def test_a_read_ends_when_another_thread_closes
    response = client.stream("GET", "drip?bytes=10&ms=20000")
    response.read(1)
    reader = Thread.new { response.read(1) rescue $! }
    sleep 0.01 until reader.status == "sleep"
    begun = now
    response.close
    assert_instance_of Mutls::CancelledError, reader.value
    assert_operator now - begun, :<, 8
  end

  def test_a_token_cancels
    each_way do |way, run|
      token = Mutls::CancelToken.new
      Thread.new { sleep 0.1 and token.cancel }
      begun = now
      error = assert_raises(Mutls::CancelledError, way) { run.call { client.get("silence", cancel: token) } }
      assert_equal :cancelled, error.code
      assert_operator now - begun, :<, 8
      assert token.cancelled?
      assert_raises(Mutls::CancelledError) { run.call { client.get("echo", cancel: token) } }
    end
    token = Mutls::CancelToken.new
    response = client.stream("GET", "drip?bytes=10&ms=20000", cancel: token)
    token.cancel
    assert_raises(Mutls::CancelledError) { response.body }
  end

  def test_a_reload
    own = client
    own.reload(**sandbox.options, **sandbox.pair("rotated"))
    assert_includes own.get("echo").json["client"]["subject"], "rotated"
    assert_raises(Mutls::IdentityError) { own.reload(**sandbox.options, **sandbox.pair("mismatch")) }
    assert_includes own.get("echo").json["client"]["subject"], "rotated"
  end

  def test_an_open_client
    kept = nil
    assert_equal 200, Mutls::Client.open(**sandbox.options) { |own| (kept = own).get("echo").status }
    assert_raises(Mutls::CancelledError) { kept.get("echo") }
    refute_includes client.inspect, "key"
  end

  def test_many_threads
    own = client
    seen = Array.new(32) { Thread.new { Array.new(20) { |i| own.get("bytes/#{i}").body.bytesize }.sum } }.map(&:value)
    assert_equal [190], seen.uniq
  end

  def test_secrets_are_never_shown
    secret = "correct horse battery"
    own = client(headers: { "x-key" => secret }, auth: ["user", secret])
    shown = [own.inspect]
    shown << assert_raises(Mutls::Error) { own.get("reset") }.full_message
    shown << assert_raises(Mutls::Error) { own.get("http://other.example/") }.full_message
    refute_includes shown.join, secret
  end

  def test_the_collector_at_every_turn
    own = client
    GC.stress = true
    begin
      assert_equal 200, own.get("echo").status
      assert_equal 10, Thread.new { own.get("bytes/10") }.value.body.bytesize
      assert_equal 5, own.post("upload", body: %w[ab cde]).json["length"]
      own.get("chunked/3000/1000") { |response| response.each_chunk { |piece| refute_empty piece } }
      assert_raises(Mutls::Error) { own.get("reset") }
    ensure
      GC.stress = false
    end
    # Those that nobody closed.
    20.times { own.stream("GET", "large/1000000") }
    GC.start
    GC.compact if GC.respond_to?(:compact)
    assert_equal 200, own.get("echo").status
  end
end
