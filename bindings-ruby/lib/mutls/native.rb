# frozen_string_literal: true

require "ffi"
require "rbconfig"

module Mutls
  # The C ABI, as include/mutls.h describes it.
  #
  # Handles and addresses are Integers: an FFI::Pointer for each would cost more than the calls. Whoever holds one
  # frees it.
  module Native
    extend FFI::Library

    # What `mutls_abi_version` has to say: the upper 16 bits are equal, the lower ones not less.
    ABI_VERSION = 5

    # Where the library of this platform lies within the gem.
    def self.bundled
      architecture = FFI::Platform::ARCH
      system = FFI::Platform::OS
      file = "libmutls.#{FFI::Platform::LIBSUFFIX}"
      File.join(__dir__, "native", "#{architecture}-#{system}", file)
    end

    def self.library
      chosen = ENV["MUTLS_LIBRARY"]
      return chosen if chosen && !chosen.empty?
      return bundled if File.exist?(bundled)

      raise LoadError, "mutls: this gem holds no native library for #{FFI::Platform::ARCH}-#{FFI::Platform::OS} " \
                       "(#{bundled}). Install the gem of this platform, or set MUTLS_LIBRARY to a libmutls."
    end
    private_class_method :library

    ffi_lib library

    attach_function :abi_version, :mutls_abi_version, [], :uint32
    unless abi_version >> 16 == ABI_VERSION >> 16 && abi_version & 0xffff >= ABI_VERSION & 0xffff
      raise LoadError, "mutls: #{library} has the ABI version #{abi_version}, this gem needs #{ABI_VERSION}"
    end

    # Text and bytes going in: a String and its length. `:address` is a handle, or where an output is written.
    typedef :uint64, :address
    typedef :buffer_in, :bytes
    typedef :uint64, :length

    {
      config_new: %i[bytes length address address],
      config_set_bytes: %i[address bytes length bytes length address],
      request_new: %i[bytes length bytes length address address],
      request_add_header: %i[address bytes length bytes length address],
      request_set_body_bytes: %i[address bytes length address],
      request_set_body_pushed: %i[address int64 address address],
      request_set_options: %i[address bytes length address],
      request_set_cancel_token: %i[address address address],
      request_set_prefetch: %i[address length address],
      request_set_interrupt: %i[address address address address address],
      client_submit: %i[address address uint64 address address],
      client_observe: %i[address address uint64 address],
      body_submit_write: %i[address bytes length uint64 address address],
      body_finish: %i[address address],
      body_abort: %i[address bytes length address],
      response_status: %i[address address address],
      response_http_minor_version: %i[address address address],
      response_url: %i[address address address address],
      response_header_block: %i[address address address address],
      response_content_length: %i[address address address],
      response_connection_reused: %i[address address address],
      response_handshake: %i[address address address address],
      response_submit_read: %i[address length uint64 address address],
      response_submit_read_all: %i[address int64 uint64 address address],
      bytes_view: %i[address address address address],
      queue_new: %i[address address],
      queue_fd: %i[address address address],
      queue_pop: %i[address int64 address address],
      completion_info: %i[address address address address address],
      completion_take_response: %i[address address address],
      completion_take_error: %i[address address address],
      completion_bytes: %i[address address address address],
      cancel_token_new: %i[address address],
      cancel_token_cancel: %i[address address],
      output_json: %i[address address address address],
      output_names: %i[address address address address],
      output_part: %i[address bytes length address address address],
      error_handshake: %i[address address address address],
      error_json: %i[address address address address],
      diagnosis_json: %i[address address address address],
      diagnosis_text: %i[address address address address],
      diagnosis_html: %i[address address address address],
    }.each { |name, parameters| attach_function name, :"mutls_#{name}", parameters, :int32 }

    # These wait, so they let other Ruby threads run.
    {
      client_new: %i[address address address],
      client_reload: %i[address address address],
      client_close: %i[address uint64 address address],
      client_fetch: %i[address address int64 address address address],
      client_diagnose: %i[address address int32 address address],
      diagnose: %i[address address int32 address address],
      tool_run: %i[address bytes length bytes length address address],
    }.each { |name, parameters| attach_function name, :"mutls_#{name}", parameters, :int32, blocking: true }

    %i[config client request body response bytes queue completion cancel_token error diagnosis output].each do |name|
      attach_function :"#{name}_free", :"mutls_#{name}_free", [:address], :void
    end

    # The same, for finalizers.
    %i[client response queue cancel_token].each do |name|
      const_set(:"FREE_#{name.upcase}", ->(pointer) { send(:"#{name}_free", pointer.address) })
    end

    # MRI's own test of "has somebody interrupted this thread": it needs neither the interpreter's lock nor a callback
    # into Ruby, so core can ask it while a call waits.
    module Interpreter
      extend FFI::Library
      begin
        ffi_lib FFI::CURRENT_PROCESS
        attach_function :current_thread, :rb_thread_current, [], :uint64
        INTERRUPTED = ffi_libraries.first.find_function("rb_thread_interrupted").address
      rescue FFI::NotFoundError, NoMethodError
        INTERRUPTED = nil
      end
    end

    # Raises if `status` is not OK; the error lies at `slot` of `memory`.
    def self.check(status, memory, slot)
      return if status.zero?

      raise taken_error(memory, slot)
    end

    # The error at `slot`, as an exception; it is freed.
    def self.taken_error(memory, slot)
      handle = memory.get_uint64(slot)
      memory.put_uint64(slot, 0)
      Error.from_native(handle)
    end

    # A String of `length` bytes at `address`, as a copy.
    def self.copy(address, length)
      return String.new if length.zero?

      FFI::Pointer.new(address).read_bytes(length)
    end
  end
end
