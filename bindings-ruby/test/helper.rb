# frozen_string_literal: true

require "minitest/autorun"
require "json"
require "open3"
require "rbconfig"
require "stringio"
require "tempfile"
require "timeout"
require "tmpdir"
require "mutls"

%w[http_proxy https_proxy all_proxy no_proxy].each { |name| [name, name.upcase].each { |one| ENV.delete(one) } }

# What `mutls sandbox` announced; one for each test process.
class Sandbox
  ROOT = File.expand_path("../..", __dir__)

  def self.running = @running ||= new

  attr_reader :announcement

  def initialize
    target = ENV.fetch("CARGO_TARGET_DIR", "#{ROOT}/target")
    binary = ENV.fetch("MUTLS_BINARY", "#{target}/debug/mutls")
    # It ends with its standard input, and so with us.
    @pipe = IO.popen([binary, "sandbox"], "r+", err: File::NULL)
    @announcement = JSON.parse(@pipe.gets)
    Minitest.after_run { @pipe.close }
  end

  def ca = announcement["files"]["ca"]

  def files = announcement["files"]

  def url(listener, path = "") = announcement["listeners"][listener]["url"] + path

  def port(listener) = announcement["listeners"][listener]["port"]

  def identity(name = "valid") = announcement["identities"][name]

  # The options of a client with that identity.
  def pair(name = "valid")
    identity = identity(name)
    { cert: identity["chain"], key: identity["key"], ca: ca }
  end

  def options = { **pair, base_url: url("required", "/") }

  # What the sandbox saw of the requests with that x-sandbox-id, once the count named is reached.
  def log(id, **wait)
    query = { id: id, **wait }.map { |name, value| "#{name}=#{value}" }.join("&")
    Mutls::Client.new(ca: ca).get(url("none", "/_log?#{query}")).json
  end
end

# What the tests share.
class MutlsTest < Minitest::Test
  def sandbox = Sandbox.running

  def client(**options) = Mutls::Client.new(**sandbox.options, **options)

  def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

  # The body that the sandbox calls the pattern.
  def pattern(length, seed = 0)
    period = (0...251).map { |i| ((31 * i) + seed) % 251 }.pack("C*")
    (period * ((length / 251) + 1)).byteslice(0, length)
  end

  # Long bodies are not shown.
  def assert_bytes(expected, got)
    assert expected.b == got.b, "#{expected.bytesize} bytes expected, got #{got.bytesize}: #{got[0, 100].inspect}"
  end

  # The ways to make a call: on the main thread, on another, by the workers.
  def each_way
    yield "main", ->(&call) { call.call }
    yield "thread", ->(&call) { Thread.new { Thread.current.report_on_exception = false; call.call }.value }
  end
end
