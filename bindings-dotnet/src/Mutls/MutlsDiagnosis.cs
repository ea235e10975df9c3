using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Mutls
{
    /// <summary>How a step of a diagnosis, or the whole, came out.</summary>
    public enum MutlsDiagnosisState
    {
        /// <summary>Nothing to mend.</summary>
        Ok,

        /// <summary>It may work, and something deserves a look.</summary>
        Warning,

        /// <summary>Calls fail here.</summary>
        Failed,
    }

    /// <summary>
    /// What is wrong with calls to a URL, found by walking their way: options, certificate and key, CA bundle, proxy, name, every address,
    /// the handshake with our certificate and without it, and at last a GET. It holds no secret.
    /// </summary>
    public sealed class MutlsDiagnosis
    {
        private readonly string text;

        private MutlsDiagnosis(string json, string text, string html)
        {
            Json = json;
            Html = html;
            this.text = text;
            var facts = new Members((Dictionary<string, object>)Mutls.Json.Parse(json));
            Url = facts.Text("url");
            State = StateOf(facts);
            Summary = facts.Text("summary");
            Code = facts.Text("code");
            Steps = facts.Objects("steps").Select(one => new MutlsDiagnosisStep(one)).ToArray();
        }

        /// <summary>The URL, without user and query.</summary>
        public string Url { get; }

        /// <summary>How it came out as a whole: as its worst step.</summary>
        public MutlsDiagnosisState State { get; }

        /// <summary>In a sentence: what is the matter.</summary>
        public string Summary { get; }

        /// <summary>The code of the error that calls fail with, such as <c>client_cert_rejected</c>; null if they do not.</summary>
        public string Code { get; }

        /// <summary>The steps in their order, up to the last that could be taken.</summary>
        public IReadOnlyList<MutlsDiagnosisStep> Steps { get; }

        /// <summary>All of it, the reports of both handshakes included: JSON, the same in every language.</summary>
        public string Json { get; }

        /// <summary>A page that needs nothing else, made to be sent to a partner's support desk.</summary>
        public string Html { get; }

        /// <summary>The diagnosis as text, for a log or a terminal.</summary>
        /// <returns>Several lines.</returns>
        public override string ToString() => text;

        internal static MutlsDiagnosisState StateOf(Members facts)
        {
            switch (facts.Text("state"))
            {
                case "ok":
                    return MutlsDiagnosisState.Ok;
                case "warning":
                    return MutlsDiagnosisState.Warning;
                default:
                    return MutlsDiagnosisState.Failed;
            }
        }

        /// <summary>Looks with a request; on failure gives the error.</summary>
        internal delegate int Look(RequestHandle request, out IntPtr found, out IntPtr error);

        internal static unsafe MutlsDiagnosis Of(Outgoing outgoing, CancellationToken cancellation, Look look)
        {
            using (var token = CancelHandle.Make())
            using (cancellation.Register(token.Cancel))
            using (var request = outgoing.Make(token, out _))
            {
                Library.Check(look(request, out var found, out var error), error);
                try
                {
                    cancellation.ThrowIfCancellationRequested();
                    NativeMethods.mutls_diagnosis_json(found, out var json, out var jsonLength, out _);
                    NativeMethods.mutls_diagnosis_text(found, out var text, out var textLength, out _);
                    NativeMethods.mutls_diagnosis_html(found, out var html, out var htmlLength, out _);
                    return new MutlsDiagnosis(
                        Library.Text(json, jsonLength), Library.Text(text, textLength), Library.Text(html, htmlLength));
                }
                finally
                {
                    NativeMethods.mutls_diagnosis_free(found);
                }
            }
        }
    }

    /// <summary>One step of a diagnosis.</summary>
    public sealed class MutlsDiagnosisStep
    {
        internal MutlsDiagnosisStep(Members facts)
        {
            Name = facts.Text("name");
            State = MutlsDiagnosis.StateOf(facts);
            Finding = facts.Text("finding");
            Evidence = facts.Texts("evidence");
            Cure = facts.Text("cure");
            Milliseconds = facts.Number("ms");
        }

        /// <summary>options, identity, trust, proxy, dns, connect, handshake, without_identity or answer.</summary>
        public string Name { get; }

        /// <summary>How it came out.</summary>
        public MutlsDiagnosisState State { get; }

        /// <summary>What was found, in a sentence.</summary>
        public string Finding { get; }

        /// <summary>The facts that the finding rests on.</summary>
        public IReadOnlyList<string> Evidence { get; }

        /// <summary>What to do about it; null where there is nothing to do.</summary>
        public string Cure { get; }

        /// <summary>How long it took; null where it was not measured.</summary>
        public double? Milliseconds { get; }
    }
}
