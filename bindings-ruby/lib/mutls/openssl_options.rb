# frozen_string_literal: true

module Mutls
  # What was set for OpenSSL (by Net::HTTP's setters, by Faraday's `ssl`), as options of a Client. What cannot be honoured
  # is refused.
  class OpenSSLOptions
    # So far back TLS goes here; 0x0303 is OpenSSL::SSL::TLS1_2_VERSION.
    VERSIONS = { 0x0300 => nil, 0x0301 => nil, 0x0302 => nil, 0x0303 => "1.2", 0x0304 => "1.3" }.freeze
    NAMES = { "SSL3" => 0x0300, "TLS1" => 0x0301, "TLS1_0" => 0x0301, "TLS1_1" => 0x0302, "TLS1_2" => 0x0303,
              "TLS1_3" => 0x0304 }.freeze
    # Names that let both sides choose.
    ANY_VERSION = %w[SSLv23 TLS TLS_client SSLv23_client].freeze
    # What has no counterpart.
    UNSUPPORTED = %i[cert_store verify_callback verify_depth ciphers].freeze
    private_constant :VERSIONS, :NAMES, :ANY_VERSION, :UNSUPPORTED

    def self.read(given)
      new(given).read
    end

    # `given` has the names of OpenSSL::SSL::SSLContext.
    def initialize(given)
      @given = given.compact
    end

    def read
      refuse_the_rest
      options = {}
      options[:identity] = identity if @given[:cert] || @given[:key]
      options[:trust] = trust if @given[:ca_file] || @given[:ca_path]
      tls = versions
      options[:tls] = tls unless tls.empty?
      options
    end

    private

    def refuse(text, hint)
      raise ConfigError.new(text, code: :bad_option, hint: hint)
    end

    def refuse_the_rest
      mode = @given[:verify_mode]
      if @given[:verify] == false || @given[:verify_hostname] == false || (mode && mode & 1 == 0)
        refuse("a server's certificate is always verified", "Give the partner's CA as `ca_file`.")
      end
      name = UNSUPPORTED.find { |one| @given[one] }
      refuse("`#{name}` is not supported", "Leave it out; a CA is given as `ca_file` or `ca_path`.") if name
    end

    def identity
      found = {}
      put(found, @given[:cert], :cert_file, :cert_pem) { |cert| cert.to_pem }
      put(found, @given[:key], :key_file, :key_pem) { |key| key.respond_to?(:private_to_pem) ? key.private_to_pem : key.to_pem }
      chain = Array(@given[:extra_chain_cert])
      found[:chain_pem] = chain.map(&:to_pem).join unless chain.empty?
      found[:passphrase] = @given[:passphrase] if @given[:passphrase]
      found
    end

    # A path, PEM text, or an object of OpenSSL's.
    def put(found, value, file, pem)
      case value
      when nil then nil
      when String then found[value.include?("-----BEGIN") ? pem : file] = value
      else
        value.respond_to?(:to_pem) ? found[pem] = yield(value) : found[file] = value
      end
    end

    def trust
      files = [@given[:ca_file]]
      files += Dir[File.join(@given[:ca_path], "*")].select { |file| File.file?(file) } if @given[:ca_path]
      { ca_file: files.compact.uniq }
    end

    def versions
      least, most = version(:min_version), version(:max_version)
      exact = @given[:ssl_version]
      least = most = number(:ssl_version, exact) if exact && !ANY_VERSION.include?(exact.to_s)
      refuse("TLS below 1.2 is not supported", "Leave the version out.") if most && VERSIONS[most].nil?
      # A lower minimum than ours is met by ours.
      { min_version: least && VERSIONS[least], max_version: most && VERSIONS[most] }.compact
    end

    def version(name)
      @given[name] && number(name, @given[name])
    end

    def number(name, value)
      value = NAMES[value.to_s.tr(".", "_").delete_prefix("TLSv").then { |text| text.match?(/\A1(_\d)?\z/) ? "TLS#{text}" : text }] unless value.is_a?(Integer)
      return value if VERSIONS.key?(value)

      refuse("`#{name}` is no version of TLS", "Leave it out, or say TLS1_2 or TLS1_3.")
    end
  end
  private_constant :OpenSSLOptions
end
