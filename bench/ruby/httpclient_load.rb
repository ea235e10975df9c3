# frozen_string_literal: true

# httpclient: one client, shared by threads.

require_relative "load"
require "httpclient"

plan = Plan.new
make = lambda do
  client = HTTPClient.new
  # Its own reader of key files takes RSA alone.
  client.ssl_config.client_key = OpenSSL::PKey.read(File.read(plan.key))
  leaf, *chain = OpenSSL::X509::Certificate.load_file(plan.cert)
  client.ssl_config.client_cert = leaf
  client.ssl_config.client_ca = chain unless chain.empty?
  client.ssl_config.clear_cert_store
  client.ssl_config.add_trust_ca(plan.ca) if plan.ca
  client
end
first(plan, &make)
client = make.call

threads(plan) do
  case plan.mode
  when "download" then client.get_content(plan.url) { |_| }
  when "get" then JSON.parse(client.get_content(plan.url))
  else client.get_content(plan.url)
  end
end
