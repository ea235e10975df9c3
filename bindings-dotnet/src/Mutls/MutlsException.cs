using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Mutls
{
    /// <summary>
    /// How calls fail; each <see cref="Family"/> has a class of its own. It never holds a passphrase, a key or a header's value, so that
    /// it may be logged. It is an <see cref="IOException"/>, as readers of streams expect.
    /// </summary>
    public abstract class MutlsException : IOException
    {
        private readonly ErrorFacts facts;
        private readonly Lazy<HandshakeReport> handshake;

        internal MutlsException(ErrorFacts facts, Exception inner)
            : base(facts.Sentence(), inner)
        {
            this.facts = facts;
            handshake = new Lazy<HandshakeReport>(() => facts.Handshake == null ? null : new HandshakeReport(facts.Handshake));
        }

        /// <summary>What went wrong.</summary>
        public MutlsErrorCode Code => facts.Code;

        /// <summary>The number of the code.</summary>
        public int Number => (int)facts.Code;

        /// <summary>The code's name in every language, such as <c>key_mismatch</c>.</summary>
        public string Name => Catalogue.NameOf(facts.Code);

        /// <summary>The group that the code belongs to.</summary>
        public MutlsFamily Family => facts.Family;

        /// <summary>Where in the life of the call it happened.</summary>
        public MutlsPhase Phase => facts.Phase;

        /// <summary>Who ended it.</summary>
        public MutlsOrigin Origin => facts.Origin;

        /// <summary>What happened, in one or two sentences. <see cref="Exception.Message"/> is this, the code's name and the hint.</summary>
        public string Summary => facts.Message;

        /// <summary>What to do, in one sentence; may be empty.</summary>
        public string Hint => facts.Hint;

        /// <summary>The TLS alert that ended the connection, or null.</summary>
        public TlsAlert TlsAlert => facts.Alert;

        /// <summary>The peer cannot have acted on the request, so that any request may be repeated.</summary>
        public bool NotProcessed => facts.NotProcessed;

        /// <summary>The same call may well succeed a moment later.</summary>
        public bool Transient => facts.Transient;

        /// <summary>The texts of what lies below, the nearest first.</summary>
        public IReadOnlyList<string> Causes => facts.Causes;

        /// <summary>What was seen of the handshake; null if the call did not get that far.</summary>
        public HandshakeReport Handshake => handshake.Value;

        /// <summary>The same error, with what lies below it in .NET.</summary>
        internal MutlsException With(Exception inner) => Catalogue.Make(facts, inner);

        /// <summary>What a caller gives that cannot be carried.</summary>
        internal static MutlsException Refusal(MutlsErrorCode code, string message, string hint)
        {
            return Catalogue.Make(
                new ErrorFacts
                {
                    Code = code,
                    Family = Catalogue.FamilyOf(code),
                    Phase = MutlsPhase.Config,
                    Origin = MutlsOrigin.Caller,
                    Message = message,
                    Hint = hint,
                    NotProcessed = true,
                },
                null);
        }

        /// <summary>A call that its token ended before the library had a word in it.</summary>
        internal static MutlsException Cancelled(MutlsPhase phase = MutlsPhase.Queue)
        {
            return Catalogue.Make(
                new ErrorFacts
                {
                    Code = MutlsErrorCode.Cancelled,
                    Family = MutlsFamily.Cancelled,
                    Phase = phase,
                    Origin = MutlsOrigin.Caller,
                    Message = "the caller cancelled the call",
                    NotProcessed = phase == MutlsPhase.Queue,
                },
                null);
        }
    }

    /// <summary>An alert of RFC 8446 section 6.</summary>
    public sealed class TlsAlert
    {
        internal TlsAlert(IReadOnlyDictionary<string, object> members)
        {
            Number = (int)(double)members["number"];
            Name = (string)members["name"];
            Received = Equals(members["received"], true);
        }

        /// <summary>Its number on the wire, such as 48.</summary>
        public int Number { get; }

        /// <summary>Its name, such as <c>unknown_ca</c>.</summary>
        public string Name { get; }

        /// <summary>The peer sent it; else we did.</summary>
        public bool Received { get; }

        /// <summary>Who sent which alert.</summary>
        /// <returns>A few words.</returns>
        public override string ToString() => (Received ? "received " : "sent ") + Name + " (" + Number + ")";
    }

    /// <summary>What an error says, before it is an exception.</summary>
    internal sealed class ErrorFacts
    {
        internal MutlsErrorCode Code;
        internal MutlsFamily Family;
        internal MutlsPhase Phase;
        internal MutlsOrigin Origin;
        internal string Message;
        internal string Hint = "";
        internal TlsAlert Alert;
        internal bool NotProcessed;
        internal bool Transient;
        internal IReadOnlyList<string> Causes = new string[0];

        // The report as JSON.
        internal string Handshake;

        internal string Sentence()
        {
            var what = Message.TrimEnd('.') + " (" + Catalogue.NameOf(Code) + ").";
            return Hint.Length == 0 ? what : what + " " + Hint;
        }

        internal static ErrorFacts Of(Dictionary<string, object> members)
        {
            return new ErrorFacts
            {
                Code = (MutlsErrorCode)(int)(double)members["number"],
                Family = Word<MutlsFamily>(members["family"]),
                Phase = Word<MutlsPhase>(members["phase"]),
                Origin = Word<MutlsOrigin>(members["origin"]),
                Message = (string)members["message"],
                Hint = members["hint"] as string ?? "",
                Alert = members["tls_alert"] is Dictionary<string, object> alert ? new TlsAlert(alert) : null,
                NotProcessed = Equals(members["not_processed"], true),
                Transient = Equals(members["transient"], true),
                Causes = ((List<object>)members["causes"]).Cast<string>().ToArray(),
            };
        }

        private static T Word<T>(object name)
            where T : struct
        {
            return Enum.TryParse<T>((string)name, true, out var value) ? value : default(T);
        }
    }
}
