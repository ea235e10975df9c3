# frozen_string_literal: true

# What the Ruby loads share: the plan, threads, the measured window, the printed line.

require "json"
require "optparse"

# What the driver asks for.
class Plan
  attr_reader :mode, :in_flight, :seconds, :share, :base, :path, :url, :cert, :key, :ca, :upload_bytes

  def initialize
    given = { mode: "get", "in-flight": 1, seconds: 1.0, requests: 0 }
    OptionParser.new do |options|
      options.on("--config FILE")
      options.on("--mode MODE")
      options.on("--in-flight N", Integer)
      options.on("--seconds S", Float)
      options.on("--requests R", Integer)
    end.parse!(into: given)
    document = JSON.parse(File.read(given[:config]))
    @mode, @in_flight, @seconds = given.values_at(:mode, :"in-flight", :seconds)
    @share = given[:requests].positive? ? given[:requests].fdiv(@in_flight).ceil : nil
    @base, @path, @cert, @key, @ca, @upload_bytes = document.values_at("base", "path", "cert", "key", "ca", "upload_bytes")
    @url = @base + @path
  end

  # A pool opens its connections as they are needed: nobody's first handshakes belong into the window.
  def settling = 0.2 + (0.002 * in_flight)
end

# A request body: the same byte again and again.
class Repeat
  SAME = ("x" * 65_536).freeze
  attr_reader :size
  alias length size

  def initialize(length)
    @size = @left = length
  end

  def read(most = SAME.bytesize, buffer = nil)
    part = [@left, SAME.bytesize, most].min
    @left -= part
    return if part.zero?

    piece = part == SAME.bytesize ? SAME : SAME.byteslice(0, part)
    buffer ? buffer.replace(piece) : piece
  end
end

# Opened when every connection is warm.
class Window
  def initialize
    @used = Process.times
    @begun = now
  end

  def close(requests, errors)
    seconds = now - @begun
    used = Process.times
    puts JSON.generate(requests: requests, errors: errors, seconds: seconds, user_s: used.utime - @used.utime,
                       sys_s: used.stime - @used.stime, max_rss_kb: File.read("/proc/self/status")[/VmHWM:\s+(\d+)/, 1].to_i)
  end

  private

  def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

# Times the making of a client.
def first(plan)
  return unless plan.mode == "first"

  window = Window.new
  yield
  window.close(1, 0)
  exit
end

# Calls the block again and again on `in_flight` threads, each with a client of its own from `make` if that is given; the
# first round warms up.
def threads(plan, make = nil)
  warm, errors, stop = Thread::Queue.new, 0, false
  go, over = Thread::Queue.new, Thread::Queue.new
  counts = Array.new(plan.in_flight, 0)
  fault = lambda do |error|
    errors += 1
    warn error.full_message if errors == 1
  end
  plan.in_flight.times do |number|
    Thread.new do
      client = make&.call
      begin
        yield client
      rescue StandardError => error
        fault.call(error)
      end
      warm.push(true)
      go.pop
      done = 0
      until stop || done == plan.share
        done += 1
        begin
          yield client
          counts[number] += 1
        rescue StandardError => error
          fault.call(error)
        end
      end
      over.push(true)
    end
  end
  plan.in_flight.times { warm.pop }
  before = 0
  window = Window.new
  plan.in_flight.times { go.push(true) }
  if plan.share
    plan.in_flight.times { over.pop }
  else
    sleep plan.settling
    window, before = Window.new, counts.sum
    sleep plan.seconds
  end
  window.close(counts.sum - before, errors)
  stop = true
  # Not all libraries end a thread that waits.
  $stdout.flush
  exit!(0)
end
