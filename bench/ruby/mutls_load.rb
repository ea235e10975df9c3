# frozen_string_literal: true

# mutls: one Client, shared by threads.

require_relative "load"
root = File.expand_path("../..", __dir__)
ENV["MUTLS_LIBRARY"] ||= "#{ENV.fetch("CARGO_TARGET_DIR", "#{root}/target")}/release/libmutls.so"
$LOAD_PATH.unshift("#{root}/bindings-ruby/lib")
require "mutls"

plan = Plan.new
make = -> { Mutls::Client.new(cert: plan.cert, key: plan.key, ca: plan.ca, proxy: "none", pool: { max_idle: plan.in_flight }) }
first(plan, &make)
client = make.call

threads(plan) do
  case plan.mode
  when "upload" then client.post(plan.url, body: Repeat.new(plan.upload_bytes)).raise_for_status
  when "download"
    client.get(plan.url) do |response|
      response.raise_for_status
      response.each_chunk { |_| }
    end
  when "get" then client.get(plan.url).raise_for_status.json
  else client.get(plan.url).raise_for_status
  end
end
