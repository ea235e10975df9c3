# frozen_string_literal: true

module Mutls
  # A request body that is produced while it is sent.
  class Body
    # The most that is handed over at once.
    PIECE = 128 * 1024

    # The body as a String, or as a Body if it streams; nil if there is none.
    def self.of(content, length)
      case content
      when nil then nil
      when String then length ? new([content], length) : content
      else new(content, length || length_of(content))
      end
    end

    def self.length_of(content)
      return unless content.respond_to?(:read)

      total = if content.respond_to?(:size) then content.size
              elsif content.respond_to?(:length) then content.length
              end
      total && (content.respond_to?(:pos) ? total - content.pos : total)
    end
    private_class_method :length_of

    # In bytes; nil if it is not known, and the body is chunked.
    attr_reader :length

    def initialize(content, length)
      if content.is_a?(Hash) || !(content.respond_to?(:read) || content.respond_to?(:each))
        raise TypeError, "a body is a String, an IO (`read`) or a list of Strings (`each`), not #{content.class}"
      end

      @content = content
      @length = length
    end

    # Yields Strings of up to PIECE bytes, none of them empty.
    def each_piece(&block)
      return each_read(&block) if @content.respond_to?(:read)

      @content.each do |piece|
        raise TypeError, "a body's pieces are Strings, not #{piece.class}" unless piece.is_a?(String)

        0.step(piece.bytesize - 1, PIECE) { |from| block.call(piece.byteslice(from, PIECE)) }
      end
    end

    private

    def each_read
      while (piece = @content.read(PIECE))
        break if piece.empty?

        yield piece
      end
    end
  end
  private_constant :Body
end
