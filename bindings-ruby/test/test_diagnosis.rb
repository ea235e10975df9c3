# frozen_string_literal: true

require "helper"

class TestDiagnosis < MutlsTest
  def test_a_client_that_works
    found = client.diagnose("/echo")
    assert_equal [:ok, nil], [found.state, found.code], found.to_s
    assert_equal %i[options identity trust proxy dns connect handshake without_identity answer], found.steps.map(&:name)
    assert found.to_h["handshake"]["completed"]
    assert_includes found.html, "<svg"
    assert_includes client.diagnose("/echo", probe: false).to_s, "Everything is as it should be"
  end

  def test_a_client_that_cannot_be_made
    valid = sandbox.identity("valid")
    found = Mutls.diagnose(sandbox.url("required"), cert: valid["chain"], key: sandbox.identity("mismatch")["key"],
                                                    ca: sandbox.ca, proxy: "none")
    assert_equal %i[failed key_mismatch], [found.state, found.code], found.to_s
    failed = found.steps.find { |step| step.state == :failed }
    assert_equal "key_mismatch", failed.error["code"]
    refute_empty failed.cure
    assert_raises(Mutls::ConfigError) { Mutls.diagnose(sandbox.url("required"), crt: "x") }
  end

  def test_cancelled
    token = Mutls::CancelToken.new
    token.cancel
    assert_equal :cancelled, client.diagnose("/echo", cancel: token).code
  end
end
