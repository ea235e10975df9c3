# frozen_string_literal: true

# The conformance runner for Ruby: `conformance.rb [--submitted] CASES` prints one outcome a line. docs/conformance.md says
# what a case is.
#
# The plain run makes its clients from keyword arguments and its calls on threads, so that they wait directly wherever
# that is possible; with --submitted, clients come from the document's JSON and every call is submitted.

require "mutls"
require "timeout"

AT_ONCE = 4
PATIENCE = 60
SUBMITTED = ARGV.include?("--submitted")

Mutls::Client.prepend(Module.new { def direct?(_) = false }) if SUBMITTED

# What was claimed does not hold.
class Mismatch < StandardError; end

# Comparing a claim with what was got.
module Claim
  module_function

  def mismatch(claim, got, place)
    differs = "#{place}: expected #{claim.to_json}, got #{got.to_json[0, 600]}"
    case claim
    when "$any" then got.nil? ? differs : nil
    when Hash
      if claim.size == 1 && claim.keys[0].start_with?("$")
        return operate(*claim.first, got) ? nil : differs
      end
      return differs unless got.is_a?(Hash)

      claim.each { |name, value| (what = mismatch(value, got[name], "#{place}.#{name}")) and return what }
      nil
    when Array
      return differs unless got.is_a?(Array) && got.size == claim.size

      claim.zip(got).each_with_index { |(c, g), at| (what = mismatch(c, g, "#{place}[#{at}]")) and return what }
      nil
    else claim == got ? nil : differs
    end
  end

  def operate(operator, operand, got)
    case operator
    when "$contains" then operand.any? && operand.all? { |part| contains?(got, part) }
    when "$lacks" then (got.is_a?(Array) || got.is_a?(String)) && operand.none? { |part| contains?(got, part) }
    when "$one_of" then operand.any? { |claim| mismatch(claim, got, "").nil? }
    when "$min" then got.is_a?(Numeric) && got >= operand
    else false
    end
  end

  def contains?(got, part)
    return got.any? { |one| mismatch(part, one, "").nil? } if got.is_a?(Array)

    got.is_a?(String) && part.is_a?(String) && got.include?(part)
  end

  def error(claim, error, place)
    facts = JSON.parse(JSON.generate(error.to_h))
    what = mismatch(claim, facts, "error")
    raise Mismatch, "#{place}: #{what}; the error is: #{error.message}" if what

    number, kind = Mutls::CODES.fetch(error.code)
    raise Mismatch, "#{place}: #{error.code} is raised as #{error.class}" unless error.instance_of?(kind) && error.number == number
  end

  def answer(claim, response, body)
    raise Mismatch, "expected #{claim["status"]}, got #{response.status} #{body[0, 300].inspect}" if response.status != claim["status"]

    (claim["headers"] || {}).each do |name, values|
      # Each byte is a character.
      got = response.headers.get_all(name).map { |value| value.b.force_encoding(Encoding::ISO_8859_1).encode(Encoding::UTF_8) }
      what = mismatch(values || [], got, "header #{name}")
      raise Mismatch, what if what
    end
    { "url" => response.url, "reused" => response.connection_reused? }.each do |name, got|
      raise Mismatch, "#{name}: expected #{claim[name]}, got #{got}" if !claim[name].nil? && claim[name] != got
    end
    body(claim["body"] || {}, body)
  end

  def body(wanted, body)
    if wanted["text"] && body.dup.force_encoding(Encoding::UTF_8) != wanted["text"]
      raise Mismatch, "body: expected #{wanted["text"].inspect}, got #{body[0, 300].inspect}"
    end
    if wanted["length"] && body.bytesize != wanted["length"]
      raise Mismatch, "body: expected #{wanted["length"]} bytes, got #{body.bytesize}"
    end
    if wanted["pattern"] && body != pattern(wanted["pattern"])
      raise Mismatch, "body: #{body.bytesize} bytes are not the pattern #{wanted["pattern"]}"
    end
    return unless wanted.key?("json")

    what = mismatch(wanted["json"], JSON.parse(body), "body")
    raise Mismatch, what if what
  end

  def pattern(claim)
    seed, length = claim["seed"] || 0, claim["length"]
    period = (0...251).map { |i| ((31 * i) + seed) % 251 }.pack("C*")
    (period * ((length / 251) + 1)).byteslice(0, length)
  end
end

# A config document with the names and durations of Ruby.
def keyword_arguments(config, path = "")
  return config.map { |one| keyword_arguments(one, path) } if config.is_a?(Array)
  return config unless config.is_a?(Hash) && Mutls::OPTIONS.key?(path)

  names = Mutls::OPTIONS[path].to_h { |name, (key, kind)| [key, [name, kind]] }
  config.to_h do |key, value|
    name, kind = names[key] || [key.to_sym, nil]
    value /= 1000r if kind == :duration && value.is_a?(Integer)
    [name, keyword_arguments(value, path.empty? ? key : "#{path}.#{key}")]
  end
end

# One case.
class Case
  def initialize(data)
    @data = data
    @attachments = (data["attachments"] || {}).transform_values { |path| File.binread(path) }
  end

  def run
    client = construct or return
    (@data["steps"] || []).each_with_index do |step, index|
      run_step(client, step)
    rescue StandardError => problem
      text = problem.is_a?(Mismatch) ? problem.message : problem.full_message(highlight: false)
      raise Mismatch, "step #{index + 1} (#{step["url"]}): #{text}"
    end
  end

  private

  def make(config)
    return Mutls::Client.from_json(JSON.generate(config), @attachments) if SUBMITTED

    Mutls::Client.new(attachments: @attachments, **keyword_arguments(config))
  end

  # The case's client; nil if it rightly cannot be made.
  def construct
    claim = @data["construct_error"]
    client = make(@data["config"] || {})
    raise Mismatch, "the client: expected #{claim["code"]}, got a client" if claim

    client
  rescue Mutls::Error => error
    raise Mismatch, "the client: #{error.message}" unless claim

    Claim.error(claim, error, "the client")
    nil
  end

  def run_step(client, step)
    own = step["config"] ? make(step["config"]) : client
    client.close if step["close"]
    sleep((step["pause_ms"] || 0) / 1000.0)
    if step["parallel"]
      Array.new(step["parallel"]) { Thread.new { Call.new(own, step).run } }.each(&:join)
    else
      (step["times"] || 1).times { Call.new(own, step).run }
    end
  end
end

# One call of a step.
class Call
  def initialize(client, step)
    @client = client
    @step = step
  end

  def run
    begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    begin
      body = make
    rescue Mutls::Error => failure
      nil
    end
    judge(body, failure, (Process.clock_gettime(Process::CLOCK_MONOTONIC) - begun) * 1000)
  end

  private

  def make
    given = options
    cancel_later(given[:cancel], @step["cancel_after_ms"]) if given[:cancel]
    verb = @step["method"] || "GET"
    read = @step["read"] || "whole"
    if read == "whole" && !(SUBMITTED && @step["times"])
      @response = @client.request(verb, @step["url"], **given)
      return @response.body.b
    end

    @client.stream(verb, @step["url"], **given) do |response|
      @response = response
      case read
      when "whole" then response.each_chunk(1000).reduce(+"", :<<)
      when "first" then response.read(16) || ""
      else ""
      end
    end
  end

  def options
    given = call_options
    given[:headers] = @step["headers"].map { |name, value| [name, value.encode(Encoding::ISO_8859_1)] } if @step["headers"]
    given[:cancel] = Mutls::CancelToken.new if @step["cancel_after_ms"]
    body = @step["body"] or return given

    data = body["pattern"] ? Claim.pattern(body["pattern"]) : (body["text"] || "")
    given[:body] = data
    return given unless body["stream"]

    given[:body] = (0...data.bytesize).step(10_000).lazy.map { |at| data.byteslice(at, 10_000) }
    given[:content_length] = body["announced"] || data.bytesize if body["stream"] == "sized"
    given
  end

  def call_options
    given, options = {}, @step["options"] || {}
    given[:timeout] = options["timeout_ms"] / 1000r if options["timeout_ms"]
    given[:timeout] = keyword_arguments(options["timeouts"], "timeouts") if options["timeouts"]
    given[:decompress] = options["decompress"] unless options["decompress"].nil?
    given[:redirects] = options["redirects"]["follow"] if options["redirects"]
    given
  end

  def cancel_later(token, ms)
    return token.cancel if ms.zero?

    Thread.new do
      sleep ms / 1000.0
      token.cancel
    end
  end

  def judge(body, failure, took)
    if failure
      raise Mismatch, "expected an answer, got #{failure.message}" unless @step["error"]

      Claim.error(@step["error"], failure, "the call")
    elsif !@step["answer"]
      raise Mismatch, "expected an error, got #{@response.inspect} #{body[0, 300].inspect}"
    else
      Claim.answer(@step["answer"], @response, body)
    end
    if @step["report"]
      what = Claim.mismatch(@step["report"], (failure || @response).handshake&.to_h, "report")
      raise Mismatch, what if what
    end
    raise Mismatch, "it took #{took.round} ms, not #{@step["within_ms"]}" if @step["within_ms"] && took > @step["within_ms"]
  end
end

PRINTING = Mutex.new

# On a thread of its own, so that a case that hangs fails alone.
def guarded(data)
  thread = Thread.new do
    Thread.current.report_on_exception = false
    Case.new(data).run
  end
  outcome = { id: data["id"], outcome: "pass" }
  begin
    outcome.update(outcome: "fail", detail: "it hangs") unless thread.join(PATIENCE)
  rescue StandardError => problem
    detail = problem.is_a?(Mismatch) ? problem.message : problem.full_message(highlight: false)
    outcome.update(outcome: "fail", detail: detail)
  end
  PRINTING.synchronize { $stdout.puts(JSON.generate(outcome)) }
end

alone, together = JSON.parse(File.read(ARGV.last))["cases"].partition { |data| data["alone"] }
waiting = Thread::Queue.new(together).close
Array.new(AT_ONCE) do
  Thread.new do
    while (data = waiting.pop)
      guarded(data)
    end
  end
end.each(&:join)
alone.each { |data| guarded(data) }
$stdout.flush
