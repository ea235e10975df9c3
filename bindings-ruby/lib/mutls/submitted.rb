# frozen_string_literal: true

module Mutls
  # A native cancel token.
  class Token
    # Makes one for the request `handle`.
    def self.set(handle, out, slot)
      Native.check(Native.cancel_token_new(out.address + slot + 8, out.address + slot), out, slot)
      token = new(out.get_uint64(slot + 8))
      Native.check(Native.request_set_cancel_token(handle, token.handle, out.address + slot), out, slot)
      token
    end

    attr_reader :handle

    def initialize(handle)
      @handle = handle
      @owner = FFI::AutoPointer.new(FFI::Pointer.new(handle), Native::FREE_CANCEL_TOKEN)
    end

    def cancel
      Native.cancel_token_cancel(@handle, 0)
    end
  end
  private_constant :Token

  # A call that is made by the library's workers while Ruby waits for its completions: for bodies that stream, for fiber
  # schedulers, and on the main thread, where signal handlers have to run while a call waits.
  class Submitted
    # Ids of what was submitted.
    SEND, WRITE, READ = 1, 2, 3
    # Slots of the memory that outputs are written to. The ERROR is followed by one that Token uses.
    REQUEST, BODY, COMPLETION, WRITTEN, ERROR, _, VIEW, LENGTH, ID, KIND, STATUS = (0..10).map { |slot| slot * 8 }
    # The most that one read brings.
    PIECE = 256 * 1024
    # So much of a body comes with its head.
    PREFETCH = 64 * 1024

    # Makes the call and gives the whole answer.
    def self.fetch(client, request)
      new(client, request).fetch
    end

    # Makes the call and gives an answer whose body streams.
    def self.open(client, request)
      new(client, request).open
    end

    def initialize(client, request)
      @client = client
      @request = request
      @out = FFI::MemoryPointer.new(88)
      @at = @out.address
      # Submitted, but not completed.
      @outstanding = 0
    end

    def fetch
      response = send_request(PREFETCH)
      body = read_all(response)
      done = true
      Response.new(response, body: body)
    ensure
      finish(done)
      Native.response_free(response) if response && !done
    end

    def open
      response = send_request(0)
      done = true
      Response.new(response, stream: self)
    ensure
      finish(false) unless done
    end

    # The next bytes of the body, nil at its end.
    def read(response, most)
      check Native.response_submit_read(response, most.clamp(1, PIECE), READ, @queue.handle, @at + ERROR)
      piece = await_bytes
      piece unless piece.empty?
    end

    # The rest of the body.
    def read_all(response)
      check Native.response_submit_read_all(response, -1, READ, @queue.handle, @at + ERROR)
      await_bytes
    end

    # Ends it; what is still in flight is cancelled unless all is `done`.
    def finish(done)
      @token&.cancel unless done
      @request.cancel&.release(@token)
      Native.completion_free(@out.get_uint64(COMPLETION))
      Native.completion_free(@out.get_uint64(WRITTEN))
      Native.body_free(@out.get_uint64(BODY))
      Native.request_free(@out.get_uint64(REQUEST))
      Native.error_free(@out.get_uint64(ERROR))
      @out.clear
      # A queue to which something may still come is left to the garbage collector.
      Completions.give_back(@queue) if @queue && @outstanding.zero?
      @queue = nil
    end

    private

    def check(status)
      Native.check(status, @out, ERROR)
      @outstanding += 1
    end

    def send_request(prefetch)
      handle = @request.make(@out, ERROR)
      @token = Token.set(handle, @out, ERROR)
      @request.cancel&.attach(@token)
      Native.check(Native.request_set_prefetch(handle, prefetch, @at + ERROR), @out, ERROR)
      source = @request.source
      if source
        length = source.length || -1
        Native.check(Native.request_set_body_pushed(handle, length, @at + BODY, @at + ERROR), @out, ERROR)
      end
      @queue = Completions.take
      check Native.client_submit(@client, handle, SEND, @queue.handle, @at + ERROR)
      push(source) if source
      await_response
    end

    # Hands the body over as fast as it is sent, until it ends or the call does.
    def push(source)
      body = @out.get_uint64(BODY)
      catch(:over) do
        source.each_piece { |piece| write(body, piece) }
        Native.body_finish(body, 0)
      end
    rescue StandardError => problem
      raise if problem.is_a?(Error)

      reason = "#{problem.class}: #{problem.message}"
      Native.body_abort(body, reason, reason.bytesize, 0)
      # The call's own error, with `problem` as its cause.
      Native.response_free(await_response)
      raise
    end

    def write(body, piece)
      check Native.body_submit_write(body, piece, piece.bytesize, WRITE, @queue.handle, @at + ERROR)
      id, status = pop(WRITTEN)
      if id == SEND
        # The answer does not wait for the end of the body.
        @answered = status
        @out.put_uint64(COMPLETION, @out.get_uint64(WRITTEN))
        @out.put_uint64(WRITTEN, 0)
        _, status = pop(WRITTEN)
      end
      release(WRITTEN)
      # Why the body cannot be sent any more is what the call says.
      throw :over if @answered || !status.zero?
    end

    # Waits for a completion, which is then in `slot`; gives its id and status.
    def pop(slot)
      @queue.pop(@out, slot, ERROR)
      @outstanding -= 1
      completion = @out.get_uint64(slot)
      Native.check(Native.completion_info(completion, @at + ID, @at + KIND, @at + STATUS, @at + ERROR), @out, ERROR)
      [@out.get_uint64(ID), @out.get_int32(STATUS)]
    end

    def release(slot)
      Native.completion_free(@out.get_uint64(slot))
      @out.put_uint64(slot, 0)
    end

    def await_response
      status = @answered || pop(COMPLETION)[1]
      completion = @out.get_uint64(COMPLETION)
      fail_with(completion) unless status.zero?

      Native.check(Native.completion_take_response(completion, @at + VIEW, @at + ERROR), @out, ERROR)
      @out.get_uint64(VIEW)
    ensure
      release(COMPLETION)
    end

    def await_bytes
      _, status = pop(COMPLETION)
      completion = @out.get_uint64(COMPLETION)
      fail_with(completion) unless status.zero?

      Native.check(Native.completion_bytes(completion, @at + VIEW, @at + LENGTH, @at + ERROR), @out, ERROR)
      Native.copy(@out.get_uint64(VIEW), @out.get_uint64(LENGTH))
    ensure
      release(COMPLETION)
    end

    def fail_with(completion)
      Native.check(Native.completion_take_error(completion, @at + VIEW, @at + ERROR), @out, ERROR)
      raise Native.taken_error(@out, VIEW)
    end
  end
  private_constant :Submitted
end
