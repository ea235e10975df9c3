# frozen_string_literal: true

require_relative "lib/mutls/version"

Gem::Specification.new do |spec|
  spec.name = "mutls"
  spec.version = Mutls::VERSION
  spec.summary = "HTTPS with a client certificate: a mutual-TLS client that says what went wrong"
  spec.description = "Calls partner APIs that demand a client certificate. Passphrases, PKCS#12 stores and intermediates " \
                     "work, and errors say what happened and what to do. With a Faraday adapter and a stand-in for Net::HTTP."
  spec.authors = ["The mutls authors"]
  spec.homepage = "https://github.com/mutls/mutls"
  spec.licenses = ["MIT", "Apache-2.0"]
  spec.required_ruby_version = ">= 3.1"
  spec.metadata = { "rubygems_mfa_required" => "true" }
  spec.files = Dir.chdir(__dir__) { Dir["lib/**/*", "sig/**/*.rbs", "README.md", "LICENSE*"].select { |file| File.file?(file) } }
  spec.add_runtime_dependency "ffi", "~> 1.15"
  # Set by dist.sh: the platform whose native library lies in lib/mutls/native.
  spec.platform = ENV["MUTLS_GEM_PLATFORM"] if ENV["MUTLS_GEM_PLATFORM"]
end
