# frozen_string_literal: true

require "helper"
require "fileutils"

# Every example runs against the sandbox, from a folder with the partner's own file names.
class TestExamples < MutlsTest
  EXAMPLES = Dir["#{Sandbox::ROOT}/examples/ruby/*.rb"].sort.freeze

  FILES = { "my_app_cert.crt" => %w[valid cert], "my_app_private_key.pem" => %w[valid key], "client.crt" => %w[encrypted cert],
            "client.key" => %w[encrypted key] }.freeze

  def run_in_folder(text, **more)
    sandbox = self.sandbox
    environment = {
      "LEAN_URL" => sandbox.announcement["lean"]["base_url"], "LEAN_APP_TOKEN" => sandbox.announcement["lean"]["app_token"],
      "TRULIOO_URL" => sandbox.announcement["trulioo"]["base_url"], "TRULIOO_USER" => sandbox.announcement["trulioo"]["username"],
      "TRULIOO_PASSWORD" => sandbox.announcement["trulioo"]["password"],
      "TRULIOO_PASSPHRASE" => sandbox.identity("encrypted")["passphrase"], "TRULIOO_CA" => sandbox.files["chain"], **more
    }
    Dir.mktmpdir do |folder|
      FILES.each { |name, (identity, part)| FileUtils.cp(sandbox.identity(identity)[part], "#{folder}/#{name}") }
      FileUtils.cp(sandbox.files["chain"], "#{folder}/lean_public_cert_chain.pem")
      Open3.capture3(environment, RbConfig.ruby, "-W0", "-e", text, chdir: folder)
    end
  end

  def test_every_example
    refute_empty EXAMPLES
    EXAMPLES.each do |example|
      out, err, status = run_in_folder(File.read(example))
      assert_equal ["", 0], [err, status.exitstatus], example
      assert_includes out, example.include?("lean") ? "SANDBOX_BANK_ONE" : '"Hello napi_user"'
    end
  end

  def test_the_original_differs_in_one_line_and_says_the_same
    changed = EXAMPLES.select { |example| File.read(example).include?("# was: ") }
    assert_equal 3, changed.size
    changed.each do |example|
      text = File.read(example)
      original = text.gsub(/^( *)# was: (.*)\n.*$/, '\1\2')
      assert_equal 1, text.scan("# was: ").size
      assert_equal run_in_folder(text)[0], run_in_folder(original)[0], example
    end
  end

  def test_an_application_without_access_is_told_so
    out, = run_in_folder(File.read("#{Sandbox::ROOT}/examples/ruby/lean.rb"), "LEAN_APP_TOKEN" => "other")
    assert_match(/\AError - INSUFFICIENT_ACCESS_LEVEL/, out)
  end
end
