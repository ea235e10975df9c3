# frozen_string_literal: true

module Mutls
  # An answer: its head, and its body, whole or as a stream.
  class Response
    # The status code. An error status is an answer: see `raise_for_status`.
    attr_reader :status
    alias code status

    # `handle` is a native response; the body is whole, or is read through `stream`.
    def initialize(handle, body: nil, stream: nil)
      @native = FFI::AutoPointer.new(FFI::Pointer.new(handle), Native::FREE_RESPONSE)
      @handle = handle
      @body = body
      @stream = stream
      @status = number(:response_status)
    end

    # The header lines.
    def headers
      @headers ||= Headers.new(view(:response_header_block))
    end

    # A header's value, nil if there is none.
    def [](name) = headers[name]

    # The URL that answered, after redirects.
    def url
      @url ||= view(:response_url).force_encoding(Encoding::UTF_8)
    end

    # Such as "1.1".
    def http_version
      @http_version ||= "1.#{number(:response_http_minor_version)}"
    end

    # Whether the connection had served an earlier request.
    def connection_reused?
      @reused = number(:response_connection_reused) == 1 if @reused.nil?
      @reused
    end

    # The length of the body where it is known beforehand, else nil.
    def content_length
      @length ||= begin
        out = FFI::MemoryPointer.new(16)
        Native.check(Native.response_content_length(@handle, out.address, out.address + 8), out, 8)
        out.get_int64(0)
      end
      @length unless @length.negative?
    end

    # What was negotiated, and who showed which certificate.
    def handshake
      @handshake ||= HandshakeReport.new(JSON.parse(view(:response_handshake)))
    end

    # The body; of a stream, what is left of it. A String in the charset that the answer names; JSON and text are UTF-8
    # if it names none, and everything else is binary.
    def body
      return @body if @named

      @named = true
      bytes.force_encoding(encoding)
    end
    alias to_s body

    # The body, parsed as JSON. The arguments are those of `JSON.parse`.
    def json(**options)
      text = @named ? @body.dup : bytes
      JSON.parse(text.force_encoding(Encoding::UTF_8), **options)
    end

    # Whether the status is 2xx.
    def success? = status.between?(200, 299)

    # Raises a StatusError if the status is 400 or more; else gives the response.
    def raise_for_status
      raise StatusError.new(self) if status >= 400

      self
    end

    # Yields the body piece by piece, as it comes, in binary Strings of up to `most` bytes. Memory stays flat.
    def each_chunk(most = Submitted::PIECE)
      return enum_for(:each_chunk, most) unless block_given?

      while (piece = read(most))
        yield piece
      end
      self
    end
    alias each each_chunk

    # Up to `length` bytes of the body, nil at its end; without a length, the rest of it. Fewer bytes than asked for come
    # where no more are there yet. `buffer` is filled if it is given. For `IO.copy_stream` and the like.
    def read(length = nil, buffer = nil)
      piece = @stream || @ended.nil? && @body.nil? ? read_stream(length) : read_whole(length)
      return piece unless buffer

      buffer.replace(piece || "")
      piece && buffer
    end

    # Closes it. If the body was not read to its end, the connection closes and the peer sees it.
    def close
      return if @closed || !@stream

      @closed = true
      stream, @stream = @stream, nil
      abandon unless @ended
      stream.finish(@ended)
      nil
    end

    def closed? = @closed || false

    def inspect = "#<#{self.class} #{status} #{url}>"

    private

    # The connection goes with the native response; the head stays.
    def abandon
      [headers, url, http_version, connection_reused?, content_length, handshake]
      @handle = 0
      @native.free
    end

    def bytes
      @body ||= read
    end

    def read_whole(length)
      @position ||= 0
      rest = @body ? @body.byteslice(@position, length || @body.bytesize) : ""
      @position += rest.bytesize
      rest.empty? && length ? nil : rest.b
    end

    def read_stream(length)
      if @closed
        raise CancelledError.new("the response is closed", code: :closed, phase: :body, origin: :caller, not_processed: false)
      end

      piece = length ? @stream.read(@handle, length) : @stream.read_all(@handle)
      @ended = true if piece.nil? || length.nil?
      piece
    end

    def encoding
      type = headers["content-type"] || ""
      charset = type[/;\s*charset="?([^\s";]+)/i, 1]
      return Encoding.find(charset) if charset

      type.match?(%r{\Atext/|[/+](json|xml)\b}i) ? Encoding::UTF_8 : Encoding::BINARY
    rescue ArgumentError
      Encoding::BINARY
    end

    def number(name)
      out = FFI::MemoryPointer.new(16)
      Native.check(Native.send(name, @handle, out.address, out.address + 8), out, 8)
      out.get_int32(0)
    end

    def view(name)
      out = FFI::MemoryPointer.new(24)
      at = out.address
      Native.check(Native.send(name, @handle, at, at + 8, at + 16), out, 16)
      Native.copy(out.get_uint64(0), out.get_uint64(8))
    end
  end
end
