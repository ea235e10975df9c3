using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls.Conformance
{
    /// <summary>
    /// The conformance runner for .NET: <c>Conformance [--blocking | --handler] CASES</c> prints one outcome a line.
    /// docs/conformance.md says what a case is.
    /// </summary>
    /// <remarks>
    /// The plain run makes its clients from options and its calls by SendAsync; with --blocking, clients come from the document's JSON and
    /// calls wait on their thread; with --handler, calls go through MutlsHttpHandler wherever System.Net.Http can express them.
    /// </remarks>
    internal static class Program
    {
        private const int AtOnce = 4;
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private static int Main(string[] arguments)
        {
            var way = arguments.Contains("--blocking") ? Way.Blocking : arguments.Contains("--handler") ? Way.Handler : Way.Async;
            var table = JsonDocument.Parse(File.ReadAllText(arguments.Last())).RootElement;
            var cases = table.GetProperty("cases").EnumerateArray().ToLookup(one => one.Flag("alone"));
            var waiting = new ConcurrentQueue<JsonElement>(cases[false]);
            var threads = Enumerable.Range(0, AtOnce).Select(_ => new Thread(() =>
            {
                while (waiting.TryDequeue(out JsonElement one))
                {
                    Guarded(one, way);
                }
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            foreach (var one in cases[true])
            {
                Guarded(one, way);
            }
            return 0;
        }

        /// <summary>A case that hangs fails alone.</summary>
        private static void Guarded(JsonElement data, Way way)
        {
            string detail = null;
            var run = Task.Factory.StartNew(() => new Case(data, way).Run(), TaskCreationOptions.LongRunning);
            try
            {
                detail = run.Wait(Patience) ? null : "it hangs";
            }
            catch (AggregateException problem)
            {
                detail = problem.InnerException is Mismatch ? problem.InnerException.Message : problem.InnerException.ToString();
            }
            var outcome = new Dictionary<string, string> { ["id"] = data.Text("id"), ["outcome"] = detail == null ? "pass" : "fail" };
            if (detail != null)
            {
                outcome["detail"] = detail;
            }
            lock (typeof(Program))
            {
                Console.WriteLine(JsonSerializer.Serialize(outcome));
            }
        }
    }

    /// <summary>How calls are made.</summary>
    internal enum Way
    {
        Async,
        Blocking,
        Handler,
    }

    /// <summary>What was claimed does not hold.</summary>
    internal sealed class Mismatch : Exception
    {
        internal Mismatch(string message)
            : base(message)
        {
        }
    }

    /// <summary>JSON whose members may be missing.</summary>
    internal static class Elements
    {
        internal static JsonElement? Member(this JsonElement element, string name)
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) &&
                member.ValueKind != JsonValueKind.Null ? member : (JsonElement?)null;
        }

        internal static string Text(this JsonElement element, string name) => element.Member(name)?.GetString();

        internal static bool Flag(this JsonElement element, string name) =>
            element.Member(name)?.ValueKind == JsonValueKind.True;

        internal static int? Number(this JsonElement element, string name) => element.Member(name)?.GetInt32();

        /// <summary>The sandbox's pattern.</summary>
        internal static byte[] Pattern(this JsonElement claim)
        {
            var seed = claim.Number("seed") ?? 0;
            var bytes = new byte[claim.Number("length") ?? 0];
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = i < 251 ? (byte)((31 * i + seed) % 251) : bytes[i - 251];
            }
            return bytes;
        }

        internal static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
    }
}
