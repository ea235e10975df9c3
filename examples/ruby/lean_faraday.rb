# frozen_string_literal: true

# Lean's first call from Faraday, with one line changed.

require "faraday"
require "mutls/faraday"
require "openssl"

connection = Faraday.new(
  ENV.fetch("LEAN_URL", "https://api.leantech.me"),
  headers: { "lean-app-token" => ENV.fetch("LEAN_APP_TOKEN") },
  ssl: {
    client_cert: OpenSSL::X509::Certificate.new(File.read("my_app_cert.crt")),
    client_key: OpenSSL::PKey.read(File.read("my_app_private_key.pem")),
    ca_file: "lean_public_cert_chain.pem",
  },
) do |builder|
  # was: builder.adapter :net_http
  builder.adapter :mutls
end

puts connection.get("/banks/v1").body
