# frozen_string_literal: true

module Mutls
  # What a call was given, and the native request made of it.
  class Request
    # The token that cancels it, or nil.
    attr_reader :cancel
    # The body where it streams, or nil.
    attr_reader :source
    attr_reader :method

    def initialize(method, url, params: nil, headers: nil, body: nil, content_length: nil, json: nil, form: nil, auth: nil,
                   timeout: nil, decompress: nil, redirects: nil, cancel: nil)
      @method = method.is_a?(Symbol) ? method.name.upcase : method
      url = url.to_s
      @url = params ? Fields.add_to(url, params) : url
      @headers = headers
      @auth = auth
      @cancel = cancel
      @options = Config.of_call(timeout, decompress, redirects)
      set_body(body, content_length, json, form)
    end

    # Whether the same request may be made a second time without harm.
    def repeatable?
      !@source && %w[GET HEAD OPTIONS PUT DELETE].include?(@method)
    end

    # Makes the native request, whose handle is then at the slot 0 of `out`; an error would be at `slot`.
    def make(out, slot)
      at = out.address
      error = at + slot
      Native.check(Native.request_new(@method, @method.bytesize, @url, @url.bytesize, at, error), out, slot)
      handle = out.get_uint64(0)
      each_header do |name, value|
        Native.check(Native.request_add_header(handle, name, name.bytesize, value, value.bytesize, error), out, slot)
      end
      if @bytes
        Native.check(Native.request_set_body_bytes(handle, @bytes, @bytes.bytesize, error), out, slot)
      end
      if @options
        Native.check(Native.request_set_options(handle, @options, @options.bytesize, error), out, slot)
      end
      handle
    end

    private

    def set_body(body, content_length, json, form)
      given = { body: body, json: json, form: form }.compact.keys if json || form
      if given && given.size > 1
        raise ConfigError.new("`#{given[0]}` and `#{given[1]}` are both given",
                              code: :bad_option, hint: "A request has one body: keep one of them.")
      end

      if json
        @bytes, @content_type = JSON.generate(json), "application/json"
      elsif form
        @bytes, @content_type = Fields.form(form), "application/x-www-form-urlencoded"
      else
        body = Body.of(body, content_length)
        body.is_a?(String) ? @bytes = body : @source = body
      end
    end

    def each_header(&block)
      named = false
      @headers&.each do |name, value|
        name = name.to_s
        named ||= name.casecmp?("content-type") if @content_type
        case value
        when nil then nil
        when Array then value.each { |one| block.call(name, one.to_s) }
        else block.call(name, value.to_s)
        end
      end
      block.call("Content-Type", @content_type) if @content_type && !named
      block.call("Authorization", authorization) if @auth
    end

    def authorization
      basic = @auth.is_a?(Hash) ? @auth[:basic]&.values_at(:username, :password) : @auth
      return "Bearer #{@auth.dig(:bearer, :token)}" if basic.nil? && @auth.is_a?(Hash) && @auth[:bearer]
      unless basic.is_a?(Array) && basic.size == 2 && basic.all?(String)
        raise ConfigError.new("`auth` is neither [user, password] nor { bearer: { token: ... } }", code: :bad_option)
      end
      if basic[0].include?(":")
        raise ConfigError.new("a user name for basic authentication cannot hold a colon", code: :bad_option)
      end

      "Basic #{[basic.join(":")].pack("m0")}"
    end
  end
  private_constant :Request
end
