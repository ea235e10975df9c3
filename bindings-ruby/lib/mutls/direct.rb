# frozen_string_literal: true

module Mutls
  # A call that waits on the thread that makes it, without the interpreter's lock: the quickest way. An interrupt
  # (`Thread#kill`, `Thread#raise`, `Timeout`) pokes the waiting thread; core then asks the interpreter whether the thread
  # was interrupted, and ends the call.
  module Direct
    # Slots of the memory that outputs are written to.
    REQUEST, RESPONSE, BYTES, ERROR, VIEW, LENGTH = (0..5).map { |slot| slot * 8 }
    CANCELLED = CODES.fetch(:cancelled).first

    module_function

    # Makes the call and gives the whole answer; nil if it was interrupted by something that raises nothing and may be made
    # once more.
    def fetch(client, request)
      out = FFI::MemoryPointer.new(48)
      at = out.address
      handle = request.make(out, ERROR)
      error = at + ERROR
      thread = Native::Interpreter.current_thread
      Native.check(Native.request_set_interrupt(handle, Native::Interpreter::INTERRUPTED, thread, 0, error), out, ERROR)
      token = request.cancel && Token.set(handle, out, ERROR)
      request.cancel&.attach(token)
      status = Native.client_fetch(client, handle, -1, at + RESPONSE, at + BYTES, error)
      return failed(request, out) unless status.zero?

      Native.check(Native.bytes_view(out.get_uint64(BYTES), at + VIEW, at + LENGTH, error), out, ERROR)
      body = Native.copy(out.get_uint64(VIEW), out.get_uint64(LENGTH))
      response = out.get_uint64(RESPONSE)
      out.put_uint64(RESPONSE, 0)
      Response.new(response, body: body)
    ensure
      request.cancel&.release(token) if token
      if out
        # What is not there any more is 0, and freeing that does nothing.
        Native.request_free(out.get_uint64(REQUEST))
        Native.bytes_free(out.get_uint64(BYTES))
        unless status&.zero?
          Native.response_free(out.get_uint64(RESPONSE))
          Native.error_free(out.get_uint64(ERROR))
        end
      end
    end

    def failed(request, out)
      problem = Native.taken_error(out, ERROR)
      # What interrupted us would have been raised by now; it was a `Thread#wakeup`, or is held back by `handle_interrupt`.
      interrupted = problem.number == CANCELLED && !request.cancel&.cancelled?
      return if interrupted && (problem.not_processed? || request.repeatable?)

      raise problem
    end
  end
  private_constant :Direct
end
