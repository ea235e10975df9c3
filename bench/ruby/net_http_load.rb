# frozen_string_literal: true

# Net::HTTP with keep-alive: a connection for each thread, as the library wants it.

require_relative "load"
require "net/http"
require "openssl"

plan = Plan.new
uri = URI(plan.url)
make = lambda do
  http = Net::HTTP.new(uri.host, uri.port, nil)
  http.use_ssl = true
  http.cert, *http.extra_chain_cert = OpenSSL::X509::Certificate.load_file(plan.cert)
  http.key = OpenSSL::PKey.read(File.read(plan.key))
  http.ca_file = plan.ca if plan.ca
  http
end
first(plan, &make)

threads(plan, make) do |http|
  http.start unless http.started?
  case plan.mode
  when "upload"
    request = Net::HTTP::Post.new(uri)
    request.body_stream = Repeat.new(plan.upload_bytes)
    request.content_length = plan.upload_bytes
    request.content_type = "application/octet-stream"
    http.request(request).value
  when "download" then http.request_get(uri) { |response| response.read_body { |_| } }.value
  when "get"
    response = http.request_get(uri)
    response.value
    JSON.parse(response.body)
  else
    http.request_get(uri).value
    http.finish
  end
end
