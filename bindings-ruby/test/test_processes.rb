# frozen_string_literal: true

require "helper"

# Real processes: signals, kills, forks, prefork servers, exits with calls in flight, memory, threads.
class TestProcesses < MutlsTest
  PRELUDE = <<~RUBY
    require "json"
    require "mutls"
    require "timeout"
    $stdout.sync = true
    OPTIONS = JSON.parse(ARGV[0], symbolize_names: true)
    def client(**more) = Mutls::Client.new(**OPTIONS, **more)
    def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    def status(name) = File.read("/proc/self/status")[/\#{name}:\\s+(\\d+)/, 1].to_i
  RUBY

  def command(text, **more)
    [RbConfig.ruby, "-e", PRELUDE + text, JSON.generate({ **sandbox.options, **more })]
  end

  # Runs to a clean end, with nothing on standard error.
  def quiet(text, **more)
    out, err, status = nil
    Open3.popen3(*command(text, **more)) do |input, output, errors, process|
      input.close
      said = Thread.new { errors.read }
      late = Thread.new { sleep 90 and Process.kill(:KILL, process.pid) }
      out, err, status = output.read, said.value, process.value
      late.kill
    end
    assert_equal [0, ""], [status.exitstatus || status.termsig, err], out
    out
  end

  # What a call can wait for.
  def waits
    { "an answer" => "c.get('silence')",
      "an answer to a POST" => "c.post('silence', body: 'x')",
      "a body" => "c.get('drip?bytes=1000&ms=5000')",
      "a stream" => "c.get('drip?bytes=1000&ms=5000') { |r| r.each_chunk { } }",
      "a connection" => "c.get('#{sandbox.url("tcp_unaccepted")}')",
      "a handshake" => "c.get('#{sandbox.url("tcp_silent")}')",
      "an upload" => "c.post('upload-slow?bytes_per_s=1', body: 'x' * 50_000_000)",
      "a streamed upload" => "c.post('upload-slow?bytes_per_s=1', body: Enumerator.new { |o| loop { o << 'x' * 65536 } })" }
  end

  def hosts = { hosts: %w[tcp_unaccepted tcp_silent].map { |name| "localhost:#{sandbox.port(name)}" } }

  def test_ctrl_c_interrupts_a_call
    waits.each do |what, call|
      IO.popen([*command(<<~RUBY, **hosts)], "r") do |process|
        c = client
        c.get("echo")
        puts "waiting"
        begin
          #{call}
        rescue Interrupt
          puts Process.clock_gettime(Process::CLOCK_MONOTONIC)
        end
        puts c.get("echo").status
      RUBY
        process.gets
        sleep 0.3
        sent = now
        Process.kill(:INT, process.pid)
        took = process.gets.to_f - sent
        assert_includes 0..3, took, what
        assert_equal "200\n", process.gets
      end
      assert_predicate $?, :success?, what
    end
  end

  def test_a_thread_is_killed_in_a_call
    waits.each do |what, call|
      out = quiet(<<~RUBY, **hosts)
        c = client
        c.get("echo")
        ended = false
        thread = Thread.new { begin; #{call}; ensure; ended = true; end }
        sleep 0.3
        begun = now
        thread.kill.join
        puts now - begun, ended, c.get("echo").status
      RUBY
      took, ended, status = out.split
      assert_includes 0..3, took.to_f, what
      assert_equal %w[true 200], [ended, status], what
    end
  end

  def test_timeout_on_the_main_and_on_another_thread
    waits.each do |what, call|
      out = quiet(<<~RUBY, **hosts)
        c = client
        c.get("echo")
        run = lambda do
          begun = now
          Timeout.timeout(0.3) { #{call} }
        rescue Timeout::Error
          now - begun
        end
        puts run.call, Thread.new(&run).value
        puts c.get("echo").status
      RUBY
      main, other, status = out.split
      assert_includes 0.3..3, main.to_f, what
      assert_includes 0.3..3, other.to_f, what
      assert_equal "200", status
    end
  end

  def test_the_server_sees_the_end_of_a_call
    id = "ruby-kill-#{Process.pid}"
    %w[GET POST].each { |verb| quiet(<<~RUBY) }
      c = client
      thread = Thread.new { c.request(#{verb.inspect}, "silence", headers: { "x-sandbox-id" => #{id.inspect} }) }
      sleep 0.3
      thread.kill.join
      sleep 0.2
    RUBY
    assert_equal 2, sandbox.log(id, aborted: 2)["aborted"]
  end

  def test_handlers_run_while_a_call_waits
    out = quiet(<<~RUBY)
      c = client
      c.get("echo")
      seen = 0
      trap("USR1") { seen += 1 }
      Thread.new { loop { sleep 0.1; Process.kill(:USR1, Process.pid) } }
      answers = [c.post("delay/1000"), c.get("delay/500"), c.get("drip?bytes=5&ms=100") { |r| r.read; r }]
      puts answers.map(&:status).join(" "), seen >= 10
    RUBY
    assert_equal "200 200 200\ntrue\n", out
  end

  def test_a_wakeup_does_not_end_a_call
    out = quiet(<<~RUBY)
      c = client
      thread = Thread.new { [c.get("delay/500").status, c.post("delay/500", body: "x").status] }
      5.times { sleep 0.05; thread.wakeup }
      Thread.handle_interrupt(RuntimeError => :never) { }
      puts thread.value.join(" ")
    RUBY
    assert_equal "200 200\n", out
  end

  def test_a_wait_lets_other_threads_run
    out = quiet(<<~RUBY)
      c = client
      [-> { c.get("delay/1500") }, -> { c.get("drip?bytes=2&ms=1500") { |r| r.read } }].each do |call|
        waiting = Thread.new(&call)
        longest, last = 0, now
        while waiting.alive?
          sleep 0.001
          longest, last = [longest, now - last].max, now
        end
        puts longest < 1
      end
    RUBY
    assert_equal "true\ntrue\n", out
  end

  EXITS = {
    "a thread in a call" => "go { c.get('silence') }",
    "a POST" => "go { c.post('silence') }",
    "threads that come back" => "8.times { go { loop { c.get('echo') } } }",
    "an unread stream" => "R = c.stream('GET', 'large/1000000000')",
    "a stream in a thread" => "go { c.get('drip?bytes=1000&ms=10') { |r| r.read } }",
    "a slow upload" => "go { c.post('upload', body: Enumerator.new { |o| loop { sleep 0.01; o << 'x' } }) }",
    "nothing closed" => "c.get('echo')",
  }.freeze

  def test_exits_with_calls_in_flight
    EXITS.each_value do |act|
      ["", "exit!(0)"].each do |last|
        quiet(<<~RUBY)
          def go = Thread.new { Thread.current.report_on_exception = false; yield }
          c = client
          #{act}
          sleep 0.2
          #{last}
        RUBY
      end
    end
  end

  def test_a_fork_uses_the_parents_client
    out = quiet(<<~RUBY)
      c = client
      number = -> { c.get("connection").json["connection_id"] }
      # Every way of waiting, so that queues are there when the fork comes.
      c.post("echo", body: "x")
      stream = c.stream("GET", "drip?bytes=3&ms=200")
      own = number.call
      children = Array.new(4) do
        read, write = IO.pipe
        pid = fork do
          posted = c.post("echo", body: %w[a b]).json["connection_id"]
          other = Thread.new { number.call }.value
          kept = begin; stream.read; rescue Mutls::Error => e; e.code; end
          write.puts JSON.generate([posted, number.call, other, kept])
        end
        Process.wait(pid)
        raise "a child failed" unless $?.success?
        JSON.parse(read.gets)
      end
      raise "the parent's connection was closed" unless number.call == own
      children.each { |a, b, o, kept| raise children.inspect unless a == b && b == o && a != own && kept == "closed" }
      puts children.map(&:first).uniq.size, stream.body.bytesize
    RUBY
    assert_equal "4\n3\n", out
  end

  def test_a_fork_while_threads_are_in_calls
    out = quiet(<<~RUBY)
      c = client
      busy = Array.new(4) { Thread.new { loop { c.get("bytes/1000"); c.post("echo", body: %w[x]) } } }
      sleep 0.1
      20.times do
        pid = fork { exit!(c.get("echo").status == 200 && c.post("echo", body: %w[x]).status == 200 ? 0 : 1) }
        Timeout.timeout(10) { Process.wait(pid) }
        raise "a child failed" unless $?.success?
      end
      busy.each(&:kill)
      puts "ok"
    RUBY
    assert_equal "ok\n", out
  end

  def test_puma_in_cluster_mode_with_preload
    Dir.mktmpdir do |folder|
      File.write("#{folder}/config.ru", <<~RUBY)
        require "mutls"
        CLIENT = Mutls::Client.new(**JSON.parse(#{JSON.generate(sandbox.options).dump}, symbolize_names: true))
        raise unless CLIENT.get("echo").status == 200 && CLIENT.post("echo", body: %w[x]).status == 200
        run lambda { |_env|
          number = CLIENT.get("connection").json["connection_id"]
          CLIENT.post("echo", body: %w[x y]).raise_for_status
          [200, { "Content-Type" => "text/plain" }, ["\#{Process.pid} \#{number}"]]
        }
      RUBY
      log = "#{folder}/log"
      server = spawn("puma", "--preload", "-w", "3", "-t", "2:2", "-b", "tcp://127.0.0.1:0", chdir: folder, out: log, err: log)
      begin
        port = wait_for { File.read(log)[%r{Listening on http://127.0.0.1:(\d+)}, 1] }
        wait_for { File.read(log).scan("booted").size == 3 }
        plain = Mutls::Client.new(proxy: "none", pool: { max_idle: 0 })
        seen = Array.new(8) { Thread.new { Array.new(25) { plain.get("http://127.0.0.1:#{port}/").raise_for_status.body.split } } }.flat_map(&:value)
        connections = seen.group_by(&:first).transform_values { |rows| rows.map(&:last).uniq }
        assert_operator connections.size, :>=, 2
        numbers = connections.values.flatten
        assert_equal numbers.uniq, numbers, "two workers share a connection"
      ensure
        Process.kill(:TERM, server)
        Process.wait(server)
      end
    end
  end

  def wait_for
    Timeout.timeout(30) do
      loop do
        found = yield
        return found if found

        sleep 0.05
      end
    end
  end

  def test_a_thousand_calls_in_flight
    { "threads" => "Array.new(1000) { Thread.new { c.get('delay/3000').status } }",
      "threads that stream" => "Array.new(1000) { Thread.new { c.get('delay/3000') { |r| r.read; r.status } } }" }.each do |how, start|
      out = quiet(<<~RUBY, timeouts: { first_byte: 60 }, workers: { max: 1000 })
        Process.setrlimit(Process::RLIMIT_NOFILE, Process.getrlimit(Process::RLIMIT_NOFILE)[1])
        c = client
        calls = #{start}
        sleep 0.05 until calls.none? { |t| t.status == "run" }
        sleep 1
        threads, memory = status("Threads"), status("VmRSS") / 1024
        raise unless calls.map(&:value).tally == { 200 => 1000 }
        puts threads, memory
      RUBY
      threads, memory = out.split.map(&:to_i)
      puts "1,000 calls in flight, #{how}: #{threads} threads, #{memory} MiB"
      # Ruby's own thousand, and the workers where they are needed.
      assert_operator threads, :<, how == "threads" ? 1100 : 2200
    end
  end

  # The least that a fiber scheduler is.
  SCHEDULER = <<~RUBY
    class Scheduler
      def initialize
        @ready, @waiting, @sleeping = [], {}, {}
      end
      def run
        until @ready.empty? && @waiting.empty? && @sleeping.empty?
          ready, @ready = @ready, []
          ready.each(&:resume)
          next if @ready.any? || (@waiting.empty? && @sleeping.empty?)
          soonest = @sleeping.values.min
          readable, = IO.select(@waiting.keys, nil, nil, soonest && [soonest - now, 0].max)
          readable&.each { |io| @ready << @waiting.delete(io) }
          @sleeping.select { |_, at| at <= now }.each_key { |fiber| @sleeping.delete(fiber) and @ready << fiber }
        end
      end
      alias close run
      def io_wait(io, events, timeout)
        @waiting[io] = Fiber.current
        Fiber.yield
        events
      end
      def kernel_sleep(seconds = nil)
        @sleeping[Fiber.current] = now + seconds
        Fiber.yield
      end
      def block(blocker, timeout = nil) = raise("blocks: \#{blocker}")
      def unblock(blocker, fiber) = @ready << fiber
      def fiber(&block) = Fiber.new(blocking: false, &block).tap(&:resume)
    end
  RUBY

  def test_a_fiber_scheduler
    out = quiet(SCHEDULER + <<~RUBY)
      c = client(pool: { max_idle: 100 })
      begun, statuses = now, []
      Fiber.set_scheduler(Scheduler.new)
      100.times do |i|
        Fiber.schedule do
          statuses << (i.even? ? c.get("delay/500").status : c.post("delay/500", body: %w[x]) { |r| r.read; r.status })
        end
      end
      Fiber.set_scheduler(nil)
      puts statuses.tally.inspect, now - begun < 20, Thread.list.size
    RUBY
    assert_equal "{200=>100}\ntrue\n1\n", out
  end

  def test_memory_stays_flat_with_a_gibibyte_each_way
    out = quiet(<<~RUBY, timeouts: { read: 60, first_byte: 120 })
      c = client
      # What Ruby leaves lying about before it collects is there after these.
      c.get("large/268435456") { |r| r.each_chunk { } }
      c.post("upload", body: Enumerator.new { |o| 4096.times { o << "x" * 65536 } })
      before = status("VmHWM")
      down = 0
      begun = now
      c.get("large/1073741824") { |r| r.each_chunk { |piece| down += piece.bytesize } }
      took = now - begun
      piece = "x" * 65536
      up = c.post("upload", body: Enumerator.new { |o| 16_384.times { o << piece } }).json["length"]
      puts down, up, before / 1024, (status("VmHWM") - before) / 1024, took.round(1), (now - begun - took).round(1)
    RUBY
    down, up, before, grown, took_down, took_up = out.split
    puts "1 GiB down in #{took_down} s, up in #{took_up} s: #{before} MiB at most after 256 MiB, #{grown} MiB more after the rest"
    assert_equal %w[1073741824 1073741824], [down, up]
    # What Ruby has not collected yet, which is no more than with other clients; a body that is kept would be a GiB.
    assert_operator before.to_i, :<, 160
    assert_operator grown.to_i, :<, 96
  end

  def test_memory_does_not_grow_with_calls
    out = quiet(<<~RUBY)
      c = client
      round = lambda do
        500.times do
          c.get("echo").headers.size
          c.post("echo", body: %w[x])
          begin; c.get("reset"); rescue Mutls::Error; end
        end
        GC.start
        status("VmRSS")
      end
      3.times { round.call }
      before = round.call
      5.times { round.call }
      puts((status("VmRSS") - before) / 1024)
    RUBY
    assert_operator out.to_i, :<, 8
  end

  def test_idle_clients_cost_nothing
    out = quiet(<<~RUBY)
      c = client
      c.get("echo") { |r| r.read }
      sleep 0.2
      before = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
      sleep 2
      puts Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - before < 0.02
    RUBY
    assert_equal "true\n", out
  end

  def test_a_library_that_does_not_fit
    { "/nowhere/libmutls.so" => /nowhere/, "libc.so.6" => /mutls/ }.each do |library, said|
      _, err, status = Open3.capture3({ "MUTLS_LIBRARY" => library }, *command(""))
      refute_predicate status, :success?
      assert_match said, err
    end
  end
end
