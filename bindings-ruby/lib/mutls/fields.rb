# frozen_string_literal: true

require "uri"

module Mutls
  # The fields of a query or form: a Hash or pairs; an Array repeats the name, nil leaves it out.
  module Fields
    def self.form(fields)
      URI.encode_www_form(pairs(fields))
    end

    # `url` with the fields at the end of its query.
    def self.add_to(url, fields)
      # In a URL a space is %20 everywhere; + means one in forms alone.
      query = form(fields).gsub("+", "%20")
      return url if query.empty?

      url, fragment = url.split("#", 2)
      joint = if !url.include?("?") then "?"
              elsif url.end_with?("?", "&") then ""
              else "&"
              end
      [url + joint + query, fragment].compact.join("#")
    end

    def self.pairs(fields)
      fields.flat_map do |name, value|
        case value
        when nil then []
        when Array then value.map { |one| [name.to_s, one.to_s] }
        else [[name.to_s, value.to_s]]
        end
      end
    end
    private_class_method :pairs
  end
  private_constant :Fields
end
