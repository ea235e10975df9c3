# frozen_string_literal: true

require "io/wait"

module Mutls
  # A native queue of completions, and its descriptor to wait on. One call has it at a time.
  #
  # Waiting is Ruby's own: interrupts, `Timeout`, signal handlers and fiber schedulers work as with any IO. No thread
  # but Ruby's calls into Ruby.
  class Completions
    # So many stay for the next calls.
    KEPT = 64

    @idle = []
    @process = Process.pid

    class << self
      # One that nobody uses.
      def take
        unless @process == Process.pid
          # Those of the parent are of no use here.
          @idle = []
          @process = Process.pid
        end
        @idle.pop || new
      end

      # Takes back one to which no completion can come any more.
      def give_back(completions)
        @idle.push(completions) if completions.process == Process.pid && @idle.size < KEPT
      end
    end

    attr_reader :handle, :process

    def initialize
      out = FFI::MemoryPointer.new(24)
      at = out.address
      Native.check(Native.queue_new(at, at + 8), out, 8)
      @handle = out.get_uint64(0)
      @owner = FFI::AutoPointer.new(FFI::Pointer.new(@handle), Native::FREE_QUEUE)
      Native.check(Native.queue_fd(@handle, at + 16, at + 8), out, 8)
      @io = IO.for_fd(out.get_int32(16), autoclose: false)
      @process = Process.pid
    end

    # Waits for a completion, whose handle is then at `slot` of `out`; an error would be at `error`.
    def pop(out, slot, error)
      at = out.address
      loop do
        Native.check(Native.queue_pop(@handle, 0, at + slot, at + error), out, error)
        return unless out.get_uint64(slot).zero?

        @io.wait_readable
      end
    end
  end
  private_constant :Completions
end
