# frozen_string_literal: true

module Mutls
  # Keyword arguments as a config document. Secrets in memory become attachments, which core zeroes, and never a part
  # of the document.
  class Config
    # The limits that one number stands in for.
    LIMITS = %w[queue_ms dns_ms connect_ms handshake_ms send_ms first_byte_ms read_ms].freeze
    private_constant :LIMITS

    # A native config, given to the block and freed after it.
    def self.open(document, attachments)
      out = FFI::MemoryPointer.new(16)
      at = out.address
      Native.check(Native.config_new(document, document.bytesize, at, at + 8), out, 8)
      config = out.get_uint64(0)
      attachments.each do |name, value|
        Native.check(Native.config_set_bytes(config, name, name.bytesize, value, value.bytesize, at + 8), out, 8)
      end
      yield config
    ensure
      Native.config_free(out.get_uint64(0)) if out
    end

    # The document in JSON, and its attachments.
    def self.document(options, attachments = nil)
      new(attachments).document(options)
    end

    # What is different for one call, in JSON; nil if nothing is.
    def self.of_call(timeout, decompress, redirects)
      return if timeout.nil? && decompress.nil? && redirects.nil?

      document = {}
      case timeout
      when nil then nil
      when Numeric then document["timeout_ms"] = milliseconds(timeout)
      else document["timeouts"] = new.value("timeouts", :object, timeout)
      end
      document["decompress"] = decompress unless decompress.nil?
      document["redirects"] = redirects.is_a?(Hash) ? redirects : { "follow" => redirects } unless redirects.nil?
      JSON.generate(document)
    end

    # Whole milliseconds, rounded up; what is none stays what it is, so that core can refuse it.
    def self.milliseconds(seconds)
      return seconds.to_s if seconds.is_a?(Float) && !seconds.finite?

      ms = seconds * 1000
      whole = ms.round
      whole = ms.ceil if (ms - whole).abs >= 1e-6
      [whole, (2**64) - 1].min
    end

    def initialize(attachments = nil)
      @attached = (attachments || {}).to_h { |name, value| [name.to_s, value.to_s] }
    end

    def document(options)
      [JSON.generate(object("", options)), @attached]
    end

    def value(path, kind, value)
      return only_total(value) if path == "timeouts" && value.is_a?(Numeric)

      value = { basic: { username: value[0], password: value[1] } } if path == "auth" && pair?(value)
      case value
      when Array
        value.each_with_index.map { |one, index| value(kind == :secret ? "#{path}[#{index}]" : path, kind, one) }
      when Hash
        kind == :object ? object(path, value) : plain(value)
      when Numeric
        kind == :duration ? self.class.milliseconds(value) : value
      when String
        kind == :secret ? secret(path, value) : value
      else
        plain(value)
      end
    end

    private

    def object(path, options)
      table = OPTIONS.fetch(path)
      found = {}
      options.each do |name, given|
        # What is no option of ours goes to core as it is: it knows what was meant.
        key, kind = table[name.to_sym] || [name.to_s, nil]
        if found.key?(key)
          raise ConfigError.new("`#{key}` is given twice", code: :bad_option,
                                                           hint: "Keep either the name in Ruby or the key of the config document.")
        end
        found[key] = value(path.empty? ? key : "#{path}.#{key}", kind, given)
      end
      found
    end

    def pair?(value)
      value.is_a?(Array) && value.size == 2 && value.all?(String)
    end

    def only_total(seconds)
      LIMITS.to_h { |limit| [limit, nil] }.merge("total_ms" => self.class.milliseconds(seconds))
    end

    def secret(path, value)
      # The flat short forms name a file or hold its content; no file's name holds a NUL, as binary stores do.
      return value if %w[cert key ca].include?(path) && !value.b.match?(/-----BEGIN|\0/n)

      @attached[path] = value
      { "ref" => path }
    end

    def plain(value)
      case value
      when Hash then value.to_h { |key, one| [key.to_s, plain(one)] }
      when Array, Set then value.map { |one| plain(one) }
      when Symbol then value.to_s
      else value.respond_to?(:to_path) ? value.to_path : value
      end
    end
  end
  private_constant :Config
end
