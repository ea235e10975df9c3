// mutls from .NET: one client, shared by tasks (HttpClient) or by threads (blocking calls).

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Mutls;

internal static class Load
{
    private static Dictionary<string, string> arguments;
    private static JsonElement config;
    private static string url;
    private static string mode;
    private static long requests;
    private static long errors;
    private static volatile bool stop;

    private static int Main(string[] words)
    {
        arguments = Enumerable.Range(0, words.Length / 2).ToDictionary(i => words[2 * i].TrimStart('-'), i => words[2 * i + 1]);
        config = JsonDocument.Parse(File.ReadAllText(arguments["config"])).RootElement;
        url = config.GetProperty("base").GetString() + config.GetProperty("path").GetString();
        mode = arguments["mode"];
        var inFlight = int.Parse(Given("in-flight", "1"));
        if (mode == "first")
        {
            var first = new Window();
            Client(inFlight);
            first.Close(1, 0);
            return 0;
        }
        var client = Client(inFlight);
        var once = Given("way", "http") == "blocking" ? Blocking(client) : Async(client);
        Run(inFlight, once);
        // What is still under way need not end.
        Environment.Exit(0);
        return 0;
    }

    private static string Given(string name, string otherwise) => arguments.TryGetValue(name, out string given) ? given : otherwise;

    private static MutlsClient Client(int inFlight)
    {
        return new MutlsClient(new MutlsClientOptions
        {
            Cert = config.GetProperty("cert").GetString(),
            Key = config.GetProperty("key").GetString(),
            Ca = config.GetProperty("ca").GetString(),
            Proxy = "none",
            Pool = new MutlsPool { MaxIdle = inFlight },
        });
    }

    private static Func<byte[], Task> Async(MutlsClient client)
    {
        var http = new HttpClient(new MutlsHttpHandler(client)) { Timeout = Timeout.InfiniteTimeSpan };
        return async buffer =>
        {
            if (mode == "upload")
            {
                using (var answer = await http.PostAsync(url, new Repeat(config.GetProperty("upload_bytes").GetInt64())).ConfigureAwait(false))
                {
                    answer.EnsureSuccessStatusCode();
                }
            }
            else if (mode == "download")
            {
                using (var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false))
                using (var body = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync().ConfigureAwait(false))
                {
                    while (await body.ReadAsync(buffer, 0, buffer.Length).ConfigureAwait(false) > 0)
                    {
                    }
                }
            }
            else
            {
                Parse(await http.GetByteArrayAsync(url).ConfigureAwait(false));
            }
        };
    }

    private static Func<byte[], Task> Blocking(MutlsClient client)
    {
        return buffer =>
        {
            using (var answer = client.Send(new MutlsRequest("GET", url)).EnsureSuccess())
            {
                var read = 0;
                for (int n; (n = answer.Body.Read(buffer, mode == "get" ? read : 0, buffer.Length - read)) > 0;)
                {
                    read = mode == "get" ? read + n : 0;
                }
                if (mode == "get")
                {
                    Parse(new ReadOnlyMemory<byte>(buffer, 0, read));
                }
            }
            return Task.CompletedTask;
        };
    }

    private static void Parse(ReadOnlyMemory<byte> json)
    {
        if (mode == "get")
        {
            JsonDocument.Parse(json).Dispose();
        }
    }

    private static void Run(int inFlight, Func<byte[], Task> once)
    {
        var given = long.Parse(Given("requests", "0"));
        var share = given > 0 ? (given + inFlight - 1) / inFlight : long.MaxValue;
        var warm = new CountdownEvent(inFlight);
        var go = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var blocking = Given("way", "http") == "blocking";
        Func<Task> one = async () =>
        {
            var buffer = new byte[1 << 16];
            await OnceAsync(once, buffer, false);
            warm.Signal();
            await go.Task;
            for (var done = 0L; done < share && !stop; done++)
            {
                await OnceAsync(once, buffer, true);
            }
        };
        var over = Enumerable.Range(0, inFlight).Select(_ => blocking
            ? Task.Factory.StartNew(() => OnThread(once, warm, go.Task, share), TaskCreationOptions.LongRunning)
            : Task.Run(one)).ToArray();
        warm.Wait();
        var window = new Window();
        var before = 0L;
        go.SetResult(true);
        if (given > 0)
        {
            Task.WaitAll(over);
        }
        else
        {
            Thread.Sleep(200 + 2 * inFlight);
            window = new Window();
            before = Interlocked.Read(ref requests);
            Thread.Sleep((int)(1000 * double.Parse(Given("seconds", "1"), System.Globalization.CultureInfo.InvariantCulture)));
        }
        window.Close(Interlocked.Read(ref requests) - before, Interlocked.Read(ref errors));
        stop = true;
    }

    private static void OnThread(Func<byte[], Task> once, CountdownEvent warm, Task go, long share)
    {
        var buffer = new byte[1 << 16];
        OnceAsync(once, buffer, false).GetAwaiter().GetResult();
        warm.Signal();
        go.GetAwaiter().GetResult();
        for (var done = 0L; done < share && !stop; done++)
        {
            OnceAsync(once, buffer, true).GetAwaiter().GetResult();
        }
    }

    private static async Task OnceAsync(Func<byte[], Task> once, byte[] buffer, bool counts)
    {
        try
        {
            await once(buffer).ConfigureAwait(false);
            if (counts)
            {
                Interlocked.Increment(ref requests);
            }
        }
        catch (Exception error)
        {
            if (Interlocked.Increment(ref errors) == 1)
            {
                Console.Error.WriteLine(error);
            }
        }
    }
}

/// <summary>Opened when every connection is warm.</summary>
internal sealed class Window
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Process process = Process.GetCurrentProcess();
    private readonly TimeSpan user;
    private readonly TimeSpan system;

    internal Window()
    {
        user = process.UserProcessorTime;
        system = process.PrivilegedProcessorTime;
    }

    internal void Close(long requests, long errors)
    {
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["requests"] = requests,
            ["errors"] = errors,
            ["seconds"] = seconds,
            ["user_s"] = (process.UserProcessorTime - user).TotalSeconds,
            ["sys_s"] = (process.PrivilegedProcessorTime - system).TotalSeconds,
            ["max_rss_kb"] = int.Parse(new string(peak.Where(char.IsDigit).ToArray())),
        }));
    }
}

/// <summary>A request body: the same byte again and again.</summary>
internal sealed class Repeat : HttpContent
{
    private static readonly byte[] Piece = Enumerable.Repeat((byte)'x', 1 << 16).ToArray();
    private readonly long length;

    internal Repeat(long length)
    {
        this.length = length;
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext context)
    {
        for (var left = length; left > 0; left -= Piece.Length)
        {
            await stream.WriteAsync(Piece, 0, (int)Math.Min(left, Piece.Length)).ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long announced)
    {
        announced = length;
        return true;
    }
}
