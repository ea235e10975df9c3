using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

// Some tests count what the process has.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Mutls.Tests
{
    /// <summary>What <c>mutls sandbox</c> announced; one for the test process.</summary>
    internal static class Sandbox
    {
        private static readonly Lazy<JsonElement> Lazily = new Lazy<JsonElement>(Start);
        private static int ids;

        // It ends with its standard input, and so with us.
        private static Process process;

        internal static JsonElement Announcement => Lazily.Value;

        internal static string Ca => File("ca");

        internal static MutlsClient Observer { get; } = new MutlsClient(new MutlsClientOptions { Ca = Ca, Proxy = "none" });

        internal static string File(string name) => Announcement.GetProperty("files").GetProperty(name).GetString();

        internal static string Url(string listener, string path = "/")
        {
            return Announcement.GetProperty("listeners").GetProperty(listener).GetProperty("url").GetString() + path;
        }

        internal static string Of(string identity, string what)
        {
            return Announcement.GetProperty("identities").GetProperty(identity).GetProperty(what).GetString();
        }

        /// <summary>The options of a client with that identity.</summary>
        internal static MutlsClientOptions Options(string identity = "valid")
        {
            return new MutlsClientOptions
            {
                Cert = Of(identity, "chain"),
                Key = Of(identity, "key"),
                Ca = Ca,
                BaseUrl = Url("required"),
                Proxy = "none",
            };
        }

        internal static MutlsClient Client(Action<MutlsClientOptions> change = null)
        {
            var options = Options();
            change?.Invoke(options);
            return new MutlsClient(options);
        }

        internal static string NewId() => "dotnet-" + Process.GetCurrentProcess().Id + "-" + Interlocked.Increment(ref ids);

        /// <summary>What the sandbox saw of the requests with that x-sandbox-id, once the counts named are reached.</summary>
        internal static async Task<JsonElement> LogAsync(string id, string wait)
        {
            using (var answer = await Observer.GetAsync(Url("none", "/_log?id=" + id + "&" + wait)))
            {
                return JsonDocument.Parse(await answer.ReadAsStringAsync()).RootElement;
            }
        }

        /// <summary>The server saw the connection close while it was busy with the request.</summary>
        internal static async Task SawTheEndAsync(string id)
        {
            var log = await LogAsync(id, "aborted=1");
            Assert.Equal(1, log.GetProperty("aborted").GetInt32());
        }

        /// <summary>No connection of a listener is left.</summary>
        internal static async Task NothingOpenAsync(string listener)
        {
            using (var answer = await Observer.GetAsync(Url("none", "/_listeners/" + listener + "?open=0")))
            {
                var seen = JsonDocument.Parse(await answer.ReadAsStringAsync()).RootElement;
                Assert.Equal(0, seen.GetProperty("open").GetInt32());
            }
        }

        internal static byte[] Pattern(int length, int seed = 0)
        {
            return Enumerable.Range(0, length).Select(i => (byte)((31 * i + seed) % 251)).ToArray();
        }

        private static JsonElement Start()
        {
            foreach (var name in new[] { "http_proxy", "https_proxy", "all_proxy", "no_proxy" })
            {
                Environment.SetEnvironmentVariable(name, null);
                Environment.SetEnvironmentVariable(name.ToUpperInvariant(), null);
            }
            var binary = Environment.GetEnvironmentVariable("MUTLS_BINARY") ?? "mutls";
            process = Process.Start(new ProcessStartInfo(binary, "sandbox")
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            });
            process.ErrorDataReceived += (sender, line) => { };
            process.BeginErrorReadLine();
            return JsonDocument.Parse(process.StandardOutput.ReadLine()).RootElement;
        }
    }

    internal static class Answers
    {
        internal static async Task<JsonElement> JsonAsync(this MutlsResponse answer)
        {
            using (answer)
            {
                return JsonDocument.Parse(await answer.ReadAsStringAsync()).RootElement;
            }
        }

        internal static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer)
        {
            using (answer)
            {
                return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            }
        }

        /// <summary>The values of a header, as /echo saw it.</summary>
        internal static string[] Header(this JsonElement echo, string name)
        {
            return echo.GetProperty("headers").EnumerateArray()
                .Where(pair => string.Equals(pair[0].GetString(), name, StringComparison.OrdinalIgnoreCase))
                .Select(pair => pair[1].GetString())
                .ToArray();
        }

        internal static int Number(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

        internal static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString();
    }
}
