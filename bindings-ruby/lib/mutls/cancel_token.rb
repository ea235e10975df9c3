# frozen_string_literal: true

module Mutls
  # Cancels the calls that it was given to, their bodies included, from any thread.
  #
  #   token = Mutls::CancelToken.new
  #   Thread.new { sleep 2; token.cancel }
  #   client.get(url, cancel: token)   # raises CancelledError
  class CancelToken
    def initialize
      @calls = {}.compare_by_identity
      @cancelled = false
    end

    # Cancels now and for good. May be called any number of times.
    def cancel
      @cancelled = true
      @calls.keys.each(&:cancel)
      nil
    end

    def cancelled? = @cancelled

    # `call` is cancelled with this token, until `release`.
    def attach(call)
      @calls[call] = true
      # After the entry, so that a `cancel` in between is not lost.
      call.cancel if @cancelled
    end

    def release(call)
      @calls.delete(call)
    end
  end
end
