using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls.Conformance
{
    /// <summary>What came of a call.</summary>
    internal sealed class Seen
    {
        internal Seen(MutlsResponse answer, byte[] body)
        {
            Status = answer.StatusCode;
            Url = answer.Url;
            Reused = answer.ConnectionReused;
            Report = answer.Handshake;
            Headers = answer.Headers.GetValues;
            Body = body;
        }

        internal Seen(HttpResponseMessage answer, byte[] body)
        {
            Status = (int)answer.StatusCode;
            Url = answer.RequestMessage.RequestUri.AbsoluteUri;
            Reused = answer.IsConnectionReused();
            Report = answer.GetHandshakeReport();
            Headers = name => answer.Headers.TryGetValues(name, out IEnumerable<string> values) ||
                answer.Content.Headers.TryGetValues(name, out values) ? values.ToList() : new List<string>();
            Body = body;
        }

        internal int Status { get; }

        internal string Url { get; }

        internal bool Reused { get; }

        internal HandshakeReport Report { get; }

        internal Func<string, IReadOnlyList<string>> Headers { get; }

        internal byte[] Body { get; }

        public override string ToString() => Status + " " + Encoding.UTF8.GetString(Body, 0, Math.Min(300, Body.Length));
    }

    /// <summary>Compares a claim with what was got.</summary>
    internal static class Claim
    {
        internal static void Hold(JsonElement claim, JsonElement? got, string place)
        {
            if (Differs(claim, got, place) is string what)
            {
                throw new Mismatch(what);
            }
        }

        internal static void Error(JsonElement claim, MutlsException failure)
        {
            var facts = new Dictionary<string, object>
            {
                ["code"] = failure.Name,
                ["number"] = failure.Number,
                ["family"] = Snake(failure.Family.ToString()),
                ["phase"] = Snake(failure.Phase.ToString()),
                ["origin"] = Snake(failure.Origin.ToString()),
                ["message"] = failure.Summary,
                ["hint"] = failure.Hint,
                ["not_processed"] = failure.NotProcessed,
                ["transient"] = failure.Transient,
                ["causes"] = failure.Causes,
                ["tls_alert"] = failure.TlsAlert == null ? null : new Dictionary<string, object>
                {
                    ["number"] = failure.TlsAlert.Number,
                    ["name"] = failure.TlsAlert.Name,
                    ["received"] = failure.TlsAlert.Received,
                },
            };
            if (Differs(claim, Elements.Parse(JsonSerializer.Serialize(facts)), "error") is string what)
            {
                throw new Mismatch(what + "; the error is: " + failure.Message);
            }
            if (failure.GetType().Name != "Mutls" + failure.Family + "Exception" || failure.Number != (int)failure.Code)
            {
                throw new Mismatch(failure.Name + " is thrown as " + failure.GetType());
            }
        }

        /// <summary>What stands around the exception is what users of System.Net.Http catch.</summary>
        internal static void Wrapped(Exception problem, MutlsException failure, Way way, bool cancelled, CancellationToken token)
        {
            var fits = failure.Code == MutlsErrorCode.Cancelled && cancelled
                ? problem is OperationCanceledException ended && ended.CancellationToken == token ||
                    way == Way.Blocking && failure.Phase == MutlsPhase.Body
                : problem == failure || problem is HttpRequestException ||
                    problem is TaskCanceledException && problem.InnerException is TimeoutException;
            if (!fits)
            {
                throw new Mismatch(failure.Name + " is thrown inside " + problem);
            }
        }

        internal static void Answer(JsonElement claim, Seen seen)
        {
            if (claim.Number("status") != seen.Status)
            {
                throw new Mismatch("expected " + claim.Number("status") + ", got " + seen);
            }
            if (claim.Member("headers") is JsonElement headers)
            {
                foreach (var header in headers.EnumerateObject())
                {
                    var values = seen.Headers(header.Name);
                    var got = values.Count == 0 ? (JsonElement?)null : Elements.Parse(JsonSerializer.Serialize(values));
                    Hold(header.Value, got, "header " + header.Name);
                }
            }
            if (claim.Text("url") is string url && url != seen.Url)
            {
                throw new Mismatch("url: expected " + url + ", got " + seen.Url);
            }
            if (claim.Member("reused") is JsonElement reused && reused.GetBoolean() != seen.Reused)
            {
                throw new Mismatch("reused: expected " + reused);
            }
            if (claim.Member("body") is JsonElement body)
            {
                Body(body, seen.Body);
            }
        }

        private static void Body(JsonElement claim, byte[] body)
        {
            if (claim.Text("text") is string text && text != Encoding.UTF8.GetString(body))
            {
                throw new Mismatch("body: expected " + text + ", got " + Encoding.UTF8.GetString(body));
            }
            if (claim.Number("length") is int length && length != body.Length)
            {
                throw new Mismatch("body: expected " + length + " bytes, got " + body.Length);
            }
            if (claim.Member("pattern") is JsonElement pattern && !pattern.Pattern().SequenceEqual(body))
            {
                throw new Mismatch("body: " + body.Length + " bytes are not the pattern " + pattern);
            }
            if (claim.TryGetProperty("json", out JsonElement json))
            {
                Hold(json, Elements.Parse(Encoding.UTF8.GetString(body)), "body");
            }
        }

        private static string Snake(string word) => word.ToLowerInvariant();

        /// <summary>How they differ; null if they do not.</summary>
        private static string Differs(JsonElement claim, JsonElement? got, string place)
        {
            var missing = got == null || got.Value.ValueKind == JsonValueKind.Null;
            var differs = place + ": expected " + claim + ", got " + (missing ? "null" : got.Value.ToString());
            switch (claim.ValueKind)
            {
                case JsonValueKind.Null:
                    return missing ? null : differs;
                case JsonValueKind.String:
                    var same = claim.GetString() == "$any"
                        ? !missing
                        : !missing && got.Value.ValueKind == JsonValueKind.String && got.Value.GetString() == claim.GetString();
                    return same ? null : differs;
                case JsonValueKind.Number:
                    return !missing && got.Value.ValueKind == JsonValueKind.Number && got.Value.GetDouble() == claim.GetDouble()
                        ? null : differs;
                case JsonValueKind.Array:
                    return missing ? differs : Lists(claim, got.Value, place, differs);
                case JsonValueKind.Object:
                    return Objects(claim, got, missing, place, differs);
                default:
                    return !missing && got.Value.ValueKind == claim.ValueKind ? null : differs;
            }
        }

        private static string Lists(JsonElement claim, JsonElement got, string place, string differs)
        {
            if (got.ValueKind != JsonValueKind.Array || got.GetArrayLength() != claim.GetArrayLength())
            {
                return differs;
            }
            return Enumerable.Range(0, claim.GetArrayLength())
                .Select(i => Differs(claim[i], got[i], place + "[" + i + "]"))
                .FirstOrDefault(what => what != null);
        }

        private static string Objects(JsonElement claim, JsonElement? got, bool missing, string place, string differs)
        {
            var members = claim.EnumerateObject().ToList();
            if (members.Count == 1 && members[0].Name.StartsWith("$", StringComparison.Ordinal))
            {
                return Operate(members[0].Name, members[0].Value, missing ? null : got) ? null : differs;
            }
            if (missing || got.Value.ValueKind != JsonValueKind.Object)
            {
                return differs;
            }
            return members.Select(member => Differs(member.Value, got.Value.Member(member.Name), place + "." + member.Name))
                .FirstOrDefault(what => what != null);
        }

        private static bool Operate(string name, JsonElement operand, JsonElement? got)
        {
            switch (name)
            {
                case "$min":
                    return got?.ValueKind == JsonValueKind.Number && got.Value.GetDouble() >= operand.GetDouble();
                case "$one_of":
                    return operand.EnumerateArray().Any(claim => Differs(claim, got, "") == null);
                case "$contains":
                case "$lacks":
                    var kind = got?.ValueKind;
                    return (kind == JsonValueKind.String || kind == JsonValueKind.Array) && operand.GetArrayLength() > 0 &&
                        operand.EnumerateArray().All(part => Contains(got.Value, part) == (name == "$contains"));
                default:
                    return false;
            }
        }

        private static bool Contains(JsonElement got, JsonElement part)
        {
            return got.ValueKind == JsonValueKind.Array
                ? got.EnumerateArray().Any(one => Differs(part, one, "") == null)
                : part.ValueKind == JsonValueKind.String && got.GetString().Contains(part.GetString());
        }
    }
}
