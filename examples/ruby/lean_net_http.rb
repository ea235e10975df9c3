# frozen_string_literal: true

# Lean's page "How to set up mTLS" with one line changed.

require "openssl"
require "net/http"
require "mutls"

options = {
  use_ssl: true,
  verify_mode: OpenSSL::SSL::VERIFY_PEER,
  cert: OpenSSL::X509::Certificate.new(File.read("my_app_cert.crt")),
  key: OpenSSL::PKey.read(File.read("my_app_private_key.pem")),
  ca_file: "lean_public_cert_chain.pem",
}

uri = URI("#{ENV.fetch("LEAN_URL", "https://api.leantech.me")}/banks/v1")
req = Net::HTTP::Get.new(uri)
req["lean-app-token"] = ENV.fetch("LEAN_APP_TOKEN")

# was: res = Net::HTTP.start(uri.hostname, uri.port, options) { |http| http.request(req) }
res = Mutls::NetHTTP.start(uri.hostname, uri.port, options) { |http| http.request(req) }

puts res.body
