# frozen_string_literal: true

module Mutls
  # What is done to certificates, keys and stores besides using them.
  #
  # An input is a file's path or content, of any format; several may be given, in any order. Options are those of
  # docs/identity-files.md. Secrets in memory become attachments, which core zeroes.
  #
  #   Mutls::Tools.inspect("cert.crt").dig("certificates", 0, "not_after")
  #   Mutls::Tools.convert("cert.crt", "key.pem", to: "pkcs12", new_passphrase: "changeit")["output"]
  module Tools
    # What a tool made: a report, and the bytes that were not written to a file, by name.
    class Output
      # A Hash with String keys.
      attr_reader :report

      def initialize(report, parts)
        @report = report
        @parts = parts
      end

      # The bytes of that name; nil if there are none.
      def [](name) = @parts[name.to_s]

      def keys = @parts.keys

      def inspect = "#<#{self.class} #{keys.inspect}>"
    end

    # The options that hold a secret as text.
    SECRETS = %w[passphrase key_passphrase new_passphrase].freeze
    private_constant :SECRETS

    class << self
      # Tells what files hold; with `url:`, what a server presents, reached and trusted as `client:` says, which has the
      # options of a Client.
      def inspect(*input, **options)
        return super() if input.empty? && options.empty?

        run("inspect", input, options).report
      end

      # Looks for what will go wrong with an identity: `ok`, and `findings` with severity, code, message and hint.
      def check(*input, **options) = run("check", input, options).report

      # Whether certificates, keys and requests belong together.
      def match?(*input, **options) = run("match", input, options).report["matches"]

      # Whether a certificate expires within `within:`, by default "30d".
      def needs_renewal?(*input, **options) = run("needs_renewal", input, options).report["needs_renewal"]

      # Puts a chain in order, leaf first, and completes it from `ca:`. Makes "bundle".
      def bundle(*input, **options) = run("bundle", input, options)

      # Makes a key and a certificate signing request, "key" and "csr"; or a request for the key that is given.
      def create_csr(*input, **options) = run("create_csr", input, options)

      # Writes certificates and keys in another format. Makes "output".
      def convert(*input, **options) = run("convert", input, options)

      private

      def run(tool, input, options)
        attached = {}
        document = {}
        options = { input: input, **options } unless input.empty?
        options.each do |name, value|
          key = name.to_s
          next if value.nil?

          document[key] = key == "client" ? client(value, attached) : plain(key, value, attached)
        end
        Config.open("{}", attached) { |config| output(config, tool, JSON.generate(document)) }
      end

      def client(options, attached)
        document, secrets = Config.document(options)
        attached.merge!(secrets)
        JSON.parse(document)
      end

      def plain(key, value, attached)
        case value
        when Array then value.each_with_index.map { |one, at| plain("#{key} #{at + 1}", one, attached) }
        when Hash then value.to_h { |name, one| [name.to_s, plain(name.to_s, one, attached)] }
        when Symbol then value.to_s
        when String
          # A file's name holds no NUL, as binary stores do, and is not PEM.
          return value unless SECRETS.include?(key) || value.b.match?(/-----BEGIN|\0/n)

          attached[key] = value
          { "ref" => key }
        else value.respond_to?(:to_path) ? value.to_path : value
        end
      end

      def output(config, tool, document)
        out = FFI::MemoryPointer.new(40)
        at = out.address
        status = Native.tool_run(config, tool, tool.bytesize, document, document.bytesize, at, at + 8)
        Native.check(status, out, 8)
        handle = out.get_uint64(0)
        report = JSON.parse(view(:output_json, handle, out).force_encoding(Encoding::UTF_8))
        names = JSON.parse(view(:output_names, handle, out))
        Output.new(report, names.to_h { |name| [name, view(:output_part, handle, out, name, name.bytesize)] })
      ensure
        Native.output_free(out.get_uint64(0)) if out
      end

      def view(function, handle, out, *name)
        at = out.address
        Native.check(Native.public_send(function, handle, *name, at + 16, at + 24, at + 8), out, 8)
        Native.copy(out.get_uint64(16), out.get_uint64(24))
      end
    end
  end
end
