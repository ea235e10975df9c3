# frozen_string_literal: true

# Lean's calls. The three files come from the developer portal.

require "mutls"

client = Mutls::Client.new(
  base_url: "#{ENV.fetch("LEAN_URL", "https://api.leantech.me")}/",
  cert: "my_app_cert.crt",
  key: "my_app_private_key.pem",
  ca: "lean_public_cert_chain.pem",
  headers: { "lean-app-token" => ENV.fetch("LEAN_APP_TOKEN") },
)

begin
  result = client.get("banks/v1")
rescue Mutls::HandshakeError => error
  abort "Lean does not accept us: #{error.message}"
end

if result.status == 200
  puts result.body
else
  puts "Error - #{result.json["status"]}: #{result.json["message"]}"
end

puts client.post("customers/v1", json: { app_user_id: "me" }).json["customer_id"]
