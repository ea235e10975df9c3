// The compiler leaves calls to traces out without it.
#define TRACE

using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace Mutls
{
    /// <summary>How much an event matters. The numbers are those of <c>Microsoft.Extensions.Logging.LogLevel</c>.</summary>
    public enum MutlsEventLevel
    {
        /// <summary>As it should be.</summary>
        Debug = 1,

        /// <summary>A failure that the caller is told of by an exception.</summary>
        Information = 2,

        /// <summary>Somebody should look at it, and nothing else says so.</summary>
        Warning = 3,

        /// <summary>It has stopped working.</summary>
        Error = 4,
    }

    /// <summary>
    /// Something that happened to the connections or the certificates of a client: docs/events.md. What does not apply is null; nothing in it
    /// is secret.
    /// </summary>
    public sealed class MutlsEvent
    {
        internal MutlsEvent(string json)
        {
            Json = json;
            var facts = new Members((Dictionary<string, object>)Mutls.Json.Parse(json));
            Level = LevelOf(facts.Text("level"));
            Name = facts.Text("event");
            Message = facts.Text("message");
            Host = facts.Text("host");
            Port = (int?)facts.Number("port");
            Version = facts.Text("version");
            Resumed = facts.Flag("resumed");
            Identity = facts.Text("identity");
            DaysLeft = (long?)facts.Number("days_left");
            ServerDaysLeft = (long?)facts.Number("server_days_left");
            Subject = facts.Text("subject");
            NotAfter = facts.Text("not_after");
            Sha256 = facts.Text("sha256");
            Milliseconds = facts.Number("duration_ms");
            Code = facts.Text("code");
            Phase = facts.Text("phase");
            Origin = facts.Text("origin");
            Hint = facts.Text("hint");
        }

        /// <summary>How much it matters.</summary>
        public MutlsEventLevel Level { get; }

        /// <summary><c>connected</c>, <c>connect_failed</c>, <c>handshake_failed</c>, <c>retried</c>, <c>identity_expiring</c>,
        /// <c>server_expiring</c>, or another in a later version.</summary>
        public string Name { get; }

        /// <summary>The whole of it in one line.</summary>
        public string Message { get; }

        /// <summary>The host of the URL.</summary>
        public string Host { get; }

        /// <summary>The port of the URL.</summary>
        public int? Port { get; }

        /// <summary>Such as <c>TLSv1.3</c>.</summary>
        public string Version { get; }

        /// <summary>Whether an earlier session was resumed.</summary>
        public bool? Resumed { get; }

        /// <summary>The name of our identity: the one that was sent, or that expires.</summary>
        public string Identity { get; }

        /// <summary>Days until our certificate, or the one that expires, ends; negative when past.</summary>
        public long? DaysLeft { get; }

        /// <summary>Days until the server's certificate ends.</summary>
        public long? ServerDaysLeft { get; }

        /// <summary>Whose certificate expires, RFC 4514 text.</summary>
        public string Subject { get; }

        /// <summary>When it expires, RFC 3339.</summary>
        public string NotAfter { get; }

        /// <summary>Its SHA-256, hexadecimal.</summary>
        public string Sha256 { get; }

        /// <summary>How long it took.</summary>
        public double? Milliseconds { get; }

        /// <summary>The code of the error, such as <c>client_cert_required</c>.</summary>
        public string Code { get; }

        /// <summary>Where in the call it came up.</summary>
        public string Phase { get; }

        /// <summary>Who ended it.</summary>
        public string Origin { get; }

        /// <summary>What to do.</summary>
        public string Hint { get; }

        /// <summary>All of it: JSON, the same in every language.</summary>
        public string Json { get; }

        /// <summary>What hands each event to a trace source, such as <c>new TraceSource("mutls")</c>: for
        /// <see cref="MutlsClient.Observe"/>.</summary>
        /// <param name="source">The source.</param>
        /// <returns>An observer.</returns>
        public static Action<MutlsEvent> To(TraceSource source)
        {
            if (source == null)
            {
                throw new ArgumentNullException(nameof(source));
            }
            return one => source.TraceEvent(TypeOf(one.Level), 0, one.Message);
        }

        /// <summary>The message.</summary>
        /// <returns>One line.</returns>
        public override string ToString() => Message;

        private static MutlsEventLevel LevelOf(string name)
        {
            switch (name)
            {
                case "debug":
                    return MutlsEventLevel.Debug;
                case "warning":
                    return MutlsEventLevel.Warning;
                case "error":
                    return MutlsEventLevel.Error;
                default:
                    return MutlsEventLevel.Information;
            }
        }

        private static TraceEventType TypeOf(MutlsEventLevel level)
        {
            switch (level)
            {
                case MutlsEventLevel.Debug:
                    return TraceEventType.Verbose;
                case MutlsEventLevel.Warning:
                    return TraceEventType.Warning;
                case MutlsEventLevel.Error:
                    return TraceEventType.Error;
                default:
                    return TraceEventType.Information;
            }
        }
    }
}
