using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;

namespace Mutls.Conformance
{
    /// <summary>One case: a client, and its steps.</summary>
    internal sealed class Case
    {
        private readonly JsonElement data;
        private readonly Way way;
        private readonly Dictionary<string, byte[]> attachments = new Dictionary<string, byte[]>();

        internal Case(JsonElement data, Way way)
        {
            this.data = data;
            this.way = way;
            if (data.Member("attachments") is JsonElement named)
            {
                foreach (var one in named.EnumerateObject())
                {
                    attachments[one.Name] = File.ReadAllBytes(one.Value.GetString());
                }
            }
        }

        internal void Run()
        {
            using (var client = Construct())
            {
                var number = 0;
                foreach (var step in client == null ? Enumerable.Empty<JsonElement>() : Steps())
                {
                    number++;
                    try
                    {
                        RunStep(client, step);
                    }
                    catch (Exception problem)
                    {
                        var inner = (problem as AggregateException)?.InnerException ?? problem;
                        var text = inner is Mismatch ? inner.Message : inner.ToString();
                        throw new Mismatch("step " + number + " (" + step.Text("url") + "): " + text);
                    }
                }
            }
        }

        private IEnumerable<JsonElement> Steps() =>
            data.Member("steps")?.EnumerateArray() ?? Enumerable.Empty<JsonElement>();

        /// <summary>The case's client; null if it rightly cannot be made.</summary>
        private MutlsClient Construct()
        {
            var claim = data.Member("construct_error");
            try
            {
                var client = Make(data.Member("config"));
                return claim == null ? client : throw new Mismatch("expected " + claim + ", got a client");
            }
            catch (MutlsException failure)
            {
                if (claim == null)
                {
                    throw new Mismatch("the client: " + failure.Message);
                }
                Claim.Error(claim.Value, failure);
                return null;
            }
        }

        private MutlsClient Make(JsonElement? config)
        {
            var document = config?.GetRawText() ?? "{}";
            if (way != Way.Blocking && config is JsonElement tree)
            {
                var options = new MutlsClientOptions();
                if (new Filler(attachments).Fill(options, tree))
                {
                    return new MutlsClient(options);
                }
            }
            return MutlsClient.FromJson(document, attachments);
        }

        private void RunStep(MutlsClient client, JsonElement step)
        {
            var own = step.Member("config") is JsonElement config ? Make(config) : client;
            try
            {
                if (step.Flag("close"))
                {
                    client.Close(TimeSpan.Zero);
                }
                Thread.Sleep(step.Number("pause_ms") ?? 0);
                if (step.Number("parallel") is int parallel)
                {
                    var calls = Enumerable.Range(0, parallel).Select(_ => new Call(own, step, way).RunApart()).ToArray();
                    System.Threading.Tasks.Task.WaitAll(calls);
                    return;
                }
                for (var i = step.Number("times") ?? 1; i > 0; i--)
                {
                    new Call(own, step, way).RunAsync().GetAwaiter().GetResult();
                }
            }
            finally
            {
                if (own != client)
                {
                    own.Dispose();
                }
            }
        }
    }
}
