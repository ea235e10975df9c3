# frozen_string_literal: true

# Trulioo's test call: client.crt is the certificate from the Customer Portal, client.key the key that it was requested
# with, and its passphrase, if any, is in the environment.

require "mutls"

client = Mutls::Client.new(
  base_url: "#{ENV.fetch("TRULIOO_URL", "https://mtls.primary.prod.trulioo.com")}/",
  cert: "client.crt",
  key: "client.key",
  passphrase: ENV["TRULIOO_PASSPHRASE"],
  ca: ENV["TRULIOO_CA"],
  auth: [ENV.fetch("TRULIOO_USER"), ENV.fetch("TRULIOO_PASSWORD")],
)
puts client.get("connection/v1/testauthentication").body
