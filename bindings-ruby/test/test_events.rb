# frozen_string_literal: true

require_relative "helper"
require "logger"

# What is told of connections and certificates: to a function, and to a logger.
class EventsTest < MutlsTest
  def teardown = Mutls.logger = nil

  def expiring = { **sandbox.pair("expiring"), base_url: sandbox.url("required", "/") }

  def names(events) = events.map(&:event).tap { events.clear }

  def test_connected_and_expiring
    each_way do |_, make|
      events = []
      client = Mutls::Client.new(**expiring, on_event: events.method(:push))
      # Told before the client is there.
      soon = events.fetch(0)
      assert_equal ["identity_expiring", "warning", 5], [soon.event, soon.level, soon.days_left]
      assert_includes soon.subject, "expiring"
      assert_includes soon.to_s, "expires in 5 days"
      events.clear
      report = make.call { client.get("echo?token=abc").handshake }
      connected = events.fetch(0)
      assert_equal ["connected", "localhost", false], [connected.event, connected.host, connected.resumed]
      assert_equal 5, connected.days_left
      assert_equal 5, report.client_certificate.days_left
      assert_equal report.server_days_left, connected.server_days_left
      refute_includes events.inspect, "token"
      events.clear
      make.call { client.get("echo") }
      assert_empty events
      make.call { client.get("close-if-reused") }
      assert_equal %w[retried connected], names(events)
      client.stream("GET", "close-if-reused", &:read)
      assert_equal %w[retried connected], names(events)
    end
  end

  def test_a_failure
    events = []
    client = Mutls::Client.new(ca: sandbox.ca, on_event: ->(event) { events << event })
    error = assert_raises(Mutls::HandshakeError) { client.get(sandbox.url("tls12", "/secret-path")) }
    assert_equal 1, events.size
    assert_equal ["handshake_failed", "info", error.code.to_s], [events[0].event, events[0].level, events[0].code]
    assert_equal error.hint, events[0].hint
    refute_includes events.inspect, "secret-path"
  end

  def test_a_reload_tells
    events = []
    client = self.client(on_event: ->(event) { events << event })
    client.reload(**expiring)
    assert_equal %w[identity_expiring], names(events)
  end

  def test_the_logger
    client = Mutls::Client.new(**expiring)
    lines = StringIO.new
    # It may come later.
    Mutls.logger = Logger.new(lines, level: :info)
    client.get("echo")
    assert_match(/WARN -- mutls: our certificate .* expires in 5 days/, lines.string)
    refute_includes lines.string, "connected"
    Mutls.logger.level = :debug
    client.get("close-if-reused")
    assert_match(/DEBUG -- mutls: connected to localhost:/, lines.string)
  end

  def test_a_function_that_raises_breaks_nothing
    _, said = capture_io do
      client = self.client(on_event: ->(_) { raise "on purpose" })
      assert_equal 200, client.get("echo").status
    end
    assert_includes said, "on purpose"
    assert_raises(ArgumentError) { client(on_event: "loud") }
  end

  def test_a_forked_child_is_told_too
    events = []
    client = self.client(on_event: ->(event) { events << event })
    client.get("echo")
    assert_equal %w[connected], names(events)
    reader, writer = IO.pipe
    child = fork do
      client.get("echo")
      writer.write(names(events).join(","))
      writer.close
      exit!
    end
    writer.close
    assert_equal "connected", reader.read
    Process.wait(child)
    client.get("echo")
    assert_empty events
  end

  def test_a_function_that_holds_its_client_is_garbage_with_it
    known = ObjectSpace::WeakMap.new
    20.times { known[make_one_that_holds_its_client] = true }
    # What lies on the stack by chance may keep one.
    50.times do
      GC.start
      break if known.size < 10
    end
    assert_operator known.size, :<, 10
  end

  def make_one_that_holds_its_client
    client = nil
    client = self.client(on_event: ->(_) { client })
    client.get("echo")
    client
  end

  def test_needs_renewal_asks_servers
    { "6d" => true, "4d" => false }.each do |within, expected|
      found = Mutls::Tools.needs_renewal?(url: sandbox.url("server_expiring"), client: { ca: sandbox.ca }, within: within)
      assert_equal expected, found
    end
  end
end
