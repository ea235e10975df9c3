# frozen_string_literal: true

module Mutls
  VERSION = "0.1.0"
end
