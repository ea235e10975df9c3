# frozen_string_literal: true

# Trulioo's page "Implementing mTLS" with one line changed. The certificate and the key may then be the files' names,
# with `http.passphrase`, and the lines for OpenSSL may go.

require "uri"
require "net/http"
require "openssl"
require "mutls"

url = URI("#{ENV.fetch("TRULIOO_URL", "https://mtls.primary.prod.trulioo.com")}/connection/v1/testauthentication")
# was: http = Net::HTTP.new(url.host, url.port)
http = Mutls::NetHTTP.new(url.host, url.port)
http.use_ssl = true
http.cert = OpenSSL::X509::Certificate.new(File.read("client.crt"))
http.key = OpenSSL::PKey.read(File.read("client.key"), ENV["TRULIOO_PASSPHRASE"])
http.ca_file = ENV["TRULIOO_CA"] if ENV["TRULIOO_CA"]
request = Net::HTTP::Get.new(url)
request["Accept"] = "application/json"
request.basic_auth(ENV.fetch("TRULIOO_USER"), ENV.fetch("TRULIOO_PASSWORD"))
response = http.request(request)
puts response.read_body
