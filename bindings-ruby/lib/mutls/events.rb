# frozen_string_literal: true

module Mutls
  class << self
    # Where events go as lines: a Logger, or whatever has its `add`. nil, the default, is nowhere.
    #
    #   Mutls.logger = Rails.logger
    attr_accessor :logger
  end

  # Something that happened to the connections or the certificates of a client: docs/events.md. What does not apply is nil;
  # nothing in it is secret. `event` is `connected`, `connect_failed`, `handshake_failed`, `retried`, `identity_expiring`,
  # `server_expiring`, or another in a later version; `level` is `debug`, `info`, `warning` or `error`; `message` is the whole
  # of it in one line.
  class Event < Record
    fields :event, :level, :message, :host, :port, :version, :resumed, :identity, :days_left, :server_days_left, :subject,
           :not_after, :sha256, :duration_ms, :code, :phase, :origin, :hint

    def to_s = message
  end

  # Brings the events of one client to its function and to the logger. No thread but Ruby's calls into Ruby: they wait in a
  # native queue until a call returns.
  class Observer
    # As Logger counts.
    LEVELS = { "debug" => 0, "info" => 1, "warning" => 2, "error" => 3 }.freeze
    # Slots of the memory that outputs are written to.
    COMPLETION, ERROR, VIEW, LENGTH = (0..3).map { |slot| slot * 8 }

    def initialize(client, on_event)
      raise ArgumentError, "on_event cannot be called" unless on_event.nil? || on_event.respond_to?(:call)

      @client = client
      @on_event = on_event
      @lock = Mutex.new
    end

    # Asks for events, where somebody wants them: the logger may be set at any time, and a forked child asks anew.
    def look
      return unless @on_event || Mutls.logger
      return if @process == Process.pid

      @lock.synchronize { observe unless @process == Process.pid }
    end

    # Tells what has come.
    def tell
      return unless @process == Process.pid

      out = FFI::MemoryPointer.new(32)
      while (text = take(out))
        hand_over(Event.new(JSON.parse(text)))
      end
    end

    private

    def observe
      out = FFI::MemoryPointer.new(16)
      at = out.address
      Native.check(Native.queue_new(at, at + ERROR), out, ERROR)
      handle = out.get_uint64(0)
      @queue = FFI::AutoPointer.new(FFI::Pointer.new(handle), Native::FREE_QUEUE)
      Native.check(Native.client_observe(@client, handle, 0, at + ERROR), out, ERROR)
      @process = Process.pid
    end

    def take(out)
      at = out.address
      Native.check(Native.queue_pop(@queue.address, 0, at + COMPLETION, at + ERROR), out, ERROR)
      completion = out.get_uint64(COMPLETION)
      return if completion.zero?

      begin
        Native.check(Native.completion_bytes(completion, at + VIEW, at + LENGTH, at + ERROR), out, ERROR)
        Native.copy(out.get_uint64(VIEW), out.get_uint64(LENGTH)).force_encoding(Encoding::UTF_8)
      ensure
        Native.completion_free(completion)
      end
    end

    # Whatever they do, the call goes on.
    def hand_over(event)
      Mutls.logger&.add(LEVELS.fetch(event.level, 1), event.message, "mutls")
      @on_event&.call(event)
    rescue StandardError => e
      warn "mutls: on_event failed: #{e.full_message(highlight: false)}"
    end
  end
  private_constant :Observer
end
