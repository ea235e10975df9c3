# frozen_string_literal: true

require "json"
require "set"

# HTTPS with a client certificate.
#
#   client = Mutls::Client.new(cert: "cert.crt", key: "key.pem", ca: "ca.pem", base_url: "https://api.example/v1/")
#   banks = client.get("banks", headers: { "lean-app-token" => "..." }).json
module Mutls
  autoload :NetHTTP, "mutls/net_http"
end

require_relative "mutls/version"
require_relative "mutls/native"
require_relative "mutls/error"
require_relative "mutls/errors"
require_relative "mutls/options"
require_relative "mutls/config"
require_relative "mutls/handshake"
require_relative "mutls/headers"
require_relative "mutls/fields"
require_relative "mutls/body"
require_relative "mutls/cancel_token"
require_relative "mutls/request"
require_relative "mutls/completions"
require_relative "mutls/direct"
require_relative "mutls/submitted"
require_relative "mutls/response"
require_relative "mutls/events"
require_relative "mutls/client"
require_relative "mutls/diagnosis"
require_relative "mutls/tools"
