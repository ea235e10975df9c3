# frozen_string_literal: true

require "helper"
require "openssl"
require "pathname"

# Ruby's own OpenSSL reads what the tools write.
class TestTools < MutlsTest
  Tools = Mutls::Tools

  def test_a_request_and_its_key_belong_together
    Dir.mktmpdir do |folder|
      key = File.join(folder, "a.key")
      csr = Pathname.new(folder).join("a.csr")
      made = Tools.create_csr(key: "p-256", subject: { common_name: "services.company.com", OU: %w[One Two] },
                              names: ["a.example"], key_output_file: key, csr_output_file: csr)
      assert_empty made.keys
      assert_equal 0o600, File.stat(key).mode & 0o777
      assert Tools.match?(key, csr)
      request = OpenSSL::X509::Request.new(csr.read)
      assert request.verify(OpenSSL::PKey.read(File.read(key)))
      assert_equal "/OU=One/OU=Two/CN=services.company.com", request.subject.to_s
      assert_equal ["a.example"], Tools.inspect(csr)["requests"][0]["names"]
      error = assert_raises(Mutls::ConfigError) { Tools.create_csr(subject: "CN=a", key: "p-256", key_output_file: key) }
      assert_equal :bad_option, error.code
    end
  end

  def test_bytes_and_passphrases_go_round
    made = Tools.create_csr(key: "p-256", subject: "CN=a")
    assert_equal %w[csr key], made.keys
    shut = Tools.convert(made["key"], to: :pkcs8, new_passphrase: "hunter2")
    assert_equal OpenSSL::PKey.read(made["key"]).to_der, OpenSSL::PKey.read(shut["output"], "hunter2").to_der
    refute_includes shut.inspect, "hunter2"
    error = assert_raises(Mutls::IdentityError) { Tools.convert(shut["output"], to: "pkcs8", unencrypted: true) }
    assert_equal :passphrase_required, error.code
    again = Tools.convert(shut["output"], passphrase: "hunter2", to: "pkcs8", unencrypted: true)
    assert_equal made["key"], again["output"]
  end

  def test_an_identity_in_every_dress
    chain, key, cert = sandbox.identity.values_at("chain", "key", "cert")
    assert Tools.check(chain, key, ca: sandbox.ca, within: "1d")["ok"]
    store = Tools.convert(chain, key, to: "pkcs12", name: "mine", new_passphrase: "changeit")["output"]
    opened = OpenSSL::PKCS12.new(store, "changeit")
    assert opened.certificate.check_private_key(opened.key)
    assert_equal "mine", Tools.inspect(store, passphrase: "changeit")["keys"][0]["alias"]
    assert_equal 2, Tools.bundle(cert, ca: [chain, File.read(sandbox.ca)])["bundle"].scan("BEGIN CERTIFICATE").size
    assert Tools.needs_renewal?(cert, within: "99999d")
    refute Tools.needs_renewal?(cert, within: "1h")
    assert_raises(Mutls::ConfigError) { Tools.needs_renewal?(cert, within: "soon") }
    assert_equal "Did you mean `passphrase`?", assert_raises(Mutls::ConfigError) { Tools.inspect(cert, passphras: "x") }.hint
  end

  def test_a_server_is_asked
    seen = Tools.inspect(url: sandbox.url("required"), client: { ca: sandbox.ca, proxy: "none", timeouts: { connect: 20.0 } })
    assert seen["trusted"]
    assert seen["client_certificate"]["requested"]
    assert_equal "Mutls::Tools", Tools.inspect
  end
end
