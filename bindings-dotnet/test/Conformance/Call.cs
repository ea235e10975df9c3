using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls.Conformance
{
    /// <summary>One call of a step, and what is claimed of it.</summary>
    internal sealed class Call
    {
        private readonly MutlsClient client;
        private readonly JsonElement step;
        private readonly Way way;
        private readonly CancellationTokenSource cancellation = new CancellationTokenSource();

        internal Call(MutlsClient client, JsonElement step, Way way)
        {
            this.client = client;
            this.step = step;
            this.way = way;
        }

        /// <summary>On a thread of its own where it blocks.</summary>
        internal Task RunApart()
        {
            return way == Way.Blocking
                ? Task.Factory.StartNew(() => RunAsync().GetAwaiter().GetResult(), TaskCreationOptions.LongRunning)
                : Task.Run(() => RunAsync());
        }

        internal async Task RunAsync()
        {
            // Before the clock: a large body takes its time.
            var content = Content();
            var clock = Stopwatch.StartNew();
            Seen seen = null;
            Exception failure = null;
            try
            {
                if (step.Number("cancel_after_ms") is int ms)
                {
                    CancelAfter(ms);
                }
                seen = await MakeAsync(content);
            }
            catch (Exception problem) when (Inside(problem) != null)
            {
                failure = problem;
            }
            Judge(seen, failure, clock.ElapsedMilliseconds);
        }

        private void CancelAfter(int ms)
        {
            if (ms == 0)
            {
                cancellation.Cancel();
            }
            else
            {
                cancellation.CancelAfter(ms);
            }
        }

        private static MutlsException Inside(Exception problem)
        {
            while (problem != null && !(problem is MutlsException))
            {
                problem = problem.InnerException;
            }
            return (MutlsException)problem;
        }

        private async Task<Seen> MakeAsync(HttpContent content)
        {
            if (way == Way.Handler && HandlerCall.Of(step, content, Options()) is HttpRequestMessage message)
            {
                using (var invoker = new HttpMessageInvoker(new MutlsHttpHandler(client)))
                using (var answer = await invoker.SendAsync(message, cancellation.Token))
                using (var body = await answer.Content.ReadAsStreamAsync())
                {
                    return new Seen(answer, await ReadAsync(body));
                }
            }
            var request = new MutlsRequest(step.Text("method") ?? "GET", step.Text("url")) { Content = content, Options = Options() };
            foreach (var header in Headers(step))
            {
                request.Headers.Add(header.Key, header.Value);
            }
            using (var answer = way == Way.Blocking
                ? client.Send(request, cancellation.Token)
                : await client.SendAsync(request, cancellation.Token))
            using (way == Way.Blocking ? cancellation.Token.Register(answer.Dispose) : default(CancellationTokenRegistration))
            {
                // A blocking read is ended by closing the answer.
                return new Seen(answer, await ReadAsync(answer.Body));
            }
        }

        internal static IEnumerable<KeyValuePair<string, string>> Headers(JsonElement step)
        {
            var pairs = step.Member("headers")?.EnumerateArray() ?? Enumerable.Empty<JsonElement>();
            return pairs.Select(pair => new KeyValuePair<string, string>(pair[0].GetString(), pair[1].GetString()));
        }

        private HttpContent Content()
        {
            if (!(step.Member("body") is JsonElement body))
            {
                return null;
            }
            var data = body.Member("pattern") is JsonElement pattern
                ? pattern.Pattern()
                : Encoding.UTF8.GetBytes(body.Text("text") ?? "");
            switch (body.Text("stream"))
            {
                case "sized": return new Trickle(data, body.Number("announced") ?? data.Length);
                case "chunked": return new Trickle(data, null);
                default: return new ByteArrayContent(data);
            }
        }

        private MutlsCallOptions Options()
        {
            if (!(step.Member("options") is JsonElement given))
            {
                return null;
            }
            var options = new MutlsCallOptions();
            if (given.Number("timeout_ms") is int ms)
            {
                options.Timeout = TimeSpan.FromMilliseconds(ms);
            }
            if (given.Member("decompress") is JsonElement decompress)
            {
                options.Decompress = decompress.GetBoolean();
            }
            var filler = new Filler(new Dictionary<string, byte[]>());
            if (given.Member("timeouts") is JsonElement limits)
            {
                options.Timeouts = new MutlsTimeouts();
                if (!filler.Fill(options.Timeouts, limits))
                {
                    throw new Mismatch("no place for " + limits);
                }
            }
            if (given.Member("redirects") is JsonElement redirects)
            {
                var own = new MutlsRedirects();
                if (!filler.Fill(own, redirects))
                {
                    throw new Mismatch("no place for " + redirects);
                }
                options.Follow = own.Follow;
            }
            return options;
        }

        private async Task<byte[]> ReadAsync(Stream body)
        {
            switch (step.Text("read"))
            {
                case "head":
                    return new byte[0];
                case "first":
                    var first = new byte[16];
                    var count = way == Way.Blocking
                        ? body.Read(first, 0, first.Length)
                        : await body.ReadAsync(first, 0, first.Length, cancellation.Token);
                    Array.Resize(ref first, count);
                    return first;
            }
            var all = new MemoryStream();
            if (way == Way.Blocking)
            {
                body.CopyTo(all);
            }
            else
            {
                // Not CopyToAsync, which looks at the token between reads, and says no more than that it was cancelled.
                var buffer = new byte[81920];
                for (int read; (read = await body.ReadAsync(buffer, 0, buffer.Length, cancellation.Token)) > 0;)
                {
                    all.Write(buffer, 0, read);
                }
            }
            return all.ToArray();
        }

        private void Judge(Seen seen, Exception problem, long took)
        {
            string report = null;
            if (problem != null)
            {
                var failure = Inside(problem);
                if (!(step.Member("error") is JsonElement claim))
                {
                    throw new Mismatch("expected an answer, got " + problem);
                }
                Claim.Error(claim, failure);
                Claim.Wrapped(problem, failure, way, step.Member("cancel_after_ms") != null, cancellation.Token);
                report = failure.Handshake?.Json;
            }
            else
            {
                if (!(step.Member("answer") is JsonElement claim))
                {
                    throw new Mismatch("expected an error, got " + seen);
                }
                Claim.Answer(claim, seen);
                report = seen.Report?.Json;
            }
            if (step.Member("report") is JsonElement wanted)
            {
                Claim.Hold(wanted, report == null ? (JsonElement?)null : Elements.Parse(report), "report");
            }
            if (step.Number("within_ms") is int within && took > within)
            {
                throw new Mismatch("it took " + took + " ms, not " + within);
            }
        }
    }

    /// <summary>A body that is produced while it is sent.</summary>
    internal sealed class Trickle : HttpContent
    {
        private readonly byte[] data;
        private readonly long? length;

        internal Trickle(byte[] data, long? length)
        {
            this.data = data;
            this.length = length;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext context)
        {
            for (var at = 0; at < data.Length; at += 10000)
            {
                await stream.WriteAsync(data, at, Math.Min(10000, data.Length - at));
            }
        }

        protected override bool TryComputeLength(out long announced)
        {
            announced = length ?? 0;
            return length != null;
        }
    }

    /// <summary>A step as System.Net.Http expresses it.</summary>
    internal static class HandlerCall
    {
        /// <summary>Null where it cannot: it changes URLs and refuses headers.</summary>
        internal static HttpRequestMessage Of(JsonElement step, HttpContent content, MutlsCallOptions options)
        {
            var url = step.Text("url");
            var method = step.Text("method") ?? "GET";
            if (!Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out Uri uri) || method.Any(c => !char.IsLetter(c)) ||
                uri.IsAbsoluteUri && (uri.AbsoluteUri != url || !uri.Scheme.StartsWith("http", StringComparison.Ordinal)))
            {
                return null;
            }
            var message = new HttpRequestMessage(new HttpMethod(method), uri) { Content = content };
            message.SetMutlsOptions(options);
            foreach (var header in Call.Headers(step))
            {
                if (header.Key.Any(c => c <= ' ' || c > '~') || header.Value.Any(c => c == '\r' || c == '\n') ||
                    !message.Headers.TryAddWithoutValidation(header.Key, header.Value) &&
                    content?.Headers.TryAddWithoutValidation(header.Key, header.Value) != true)
                {
                    return null;
                }
            }
            return message;
        }
    }
}
