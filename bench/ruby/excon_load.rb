# frozen_string_literal: true

# excon: one persistent connection object, which keeps a socket for each thread.

require_relative "load"
require "excon"

plan = Plan.new
make = lambda do
  Excon.new(plan.base, persistent: true, client_cert: plan.cert, client_key: plan.key, ssl_ca_file: plan.ca, proxy: nil)
end
first(plan, &make)
client = make.call

threads(plan) do
  case plan.mode
  when "download" then client.get(path: plan.path, response_block: ->(*) {}, expects: 200)
  when "get" then JSON.parse(client.get(path: plan.path, expects: 200).body)
  else client.get(path: plan.path, expects: 200)
  end
end
