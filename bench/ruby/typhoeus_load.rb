# frozen_string_literal: true

# typhoeus (libcurl): its pool of easy handles, one request a thread.

require_relative "load"
require "typhoeus"

plan = Plan.new
make = -> { { sslcert: plan.cert, sslkey: plan.key, cainfo: plan.ca, proxy: "" }.compact }
first(plan, &make)
options = make.call

threads(plan) do
  response = Typhoeus.get(plan.url, **options)
  raise response.return_message unless response.success?

  JSON.parse(response.body) if plan.mode == "get"
end
