# frozen_string_literal: true

module Mutls
  # The header lines of an answer, in order. Names are lower-case and looked up in any case; a repeated name has several
  # values. Values are the bytes that came: UTF-8 where they are valid UTF-8, else binary.
  class Headers
    include Enumerable

    # From a block of lines `name: value`, each ended by CR LF.
    def initialize(block)
      @block = block
    end

    # The value; of a repeated name all of them, joined by ", ". nil if there is none.
    def [](name)
      values = get_all(name)
      values.size < 2 ? values.first : values.join(", ")
    end

    # All values of a name, in order.
    def get_all(name)
      name = name.to_s.downcase
      lines.filter_map { |known, value| value if known == name }
    end

    def key?(name) = !get_all(name).empty?
    alias include? key?

    # Yields each line as name and value.
    def each(&block)
      return enum_for(:each) unless block

      lines.each(&block)
      self
    end

    def size = lines.size

    # By name: the value, or a list of them where the name is repeated.
    def to_h
      lines.group_by(&:first).transform_values { |found| found.size == 1 ? found[0][1] : found.map(&:last) }
    end

    def inspect = "#<#{self.class} #{to_h}>"

    private

    def lines
      @lines ||= @block.split("\r\n").map do |line|
        name, value = line.split(": ", 2)
        [name, text(value || +"")].freeze
      end.freeze
    end

    def text(value)
      value.force_encoding(Encoding::UTF_8)
      value.valid_encoding? ? value : value.force_encoding(Encoding::BINARY)
    end
  end
end
