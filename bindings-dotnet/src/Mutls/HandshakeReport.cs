using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Mutls
{
    /// <summary>
    /// What a connection's handshake showed: where it led, what was negotiated, who showed which certificate, how long it took. Properties
    /// are null or empty where the connection did not get that far.
    /// </summary>
    public sealed class HandshakeReport
    {
        internal HandshakeReport(string json)
        {
            Json = json;
            var report = new Members((Dictionary<string, object>)Mutls.Json.Parse(json));
            Host = report.Text("host");
            Port = (int)report.Number("port").GetValueOrDefault();
            Address = report.Text("address");
            Proxy = report.Text("proxy");
            ServerName = report.Text("server_name");
            Version = report.Text("version");
            CipherSuite = report.Text("cipher_suite");
            Group = report.Text("group");
            Resumed = report.Flag("resumed") == true;
            Completed = report.Flag("completed") == true;
            ServerChain = report.Objects("server_chain").Select(one => new CertificateSummary(one)).ToArray();
            ServerVerified = report.Flag("server_verified");
            ServerProblem = report.Text("server_problem");
            ServerExceptions = report.Texts("server_exceptions");
            ServerDaysLeft = (long?)report.Number("server_days_left");
            ClientCertificate = new ClientCertificateReport(report.Object("client_certificate"));
            var alert = report.Object("alert");
            Alert = alert.IsEmpty ? null : new TlsAlert(alert.All);
            Timings = new HandshakeTimings(report.Object("timings"));
        }

        /// <summary>The report as JSON, the same in every language.</summary>
        public string Json { get; }

        /// <summary>The host of the URL.</summary>
        public string Host { get; }

        /// <summary>The port of the URL.</summary>
        public int Port { get; }

        /// <summary>The address that the TCP connection was made to.</summary>
        public string Address { get; }

        /// <summary>The proxy in between, without credentials.</summary>
        public string Proxy { get; }

        /// <summary>The name sent as SNI and expected in the certificate.</summary>
        public string ServerName { get; }

        /// <summary><c>TLSv1.2</c> or <c>TLSv1.3</c>.</summary>
        public string Version { get; }

        /// <summary>Such as <c>TLS13_AES_256_GCM_SHA384</c>.</summary>
        public string CipherSuite { get; }

        /// <summary>The key exchange group, such as <c>X25519MLKEM768</c>.</summary>
        public string Group { get; }

        /// <summary>An earlier session was resumed, in which case neither side showed a certificate.</summary>
        public bool Resumed { get; }

        /// <summary>The handshake completed.</summary>
        public bool Completed { get; }

        /// <summary>The server's certificates as it sent them, its own first.</summary>
        public IReadOnlyList<CertificateSummary> ServerChain { get; }

        /// <summary>Whether the server's certificate was accepted; null if it was never judged.</summary>
        public bool? ServerVerified { get; }

        /// <summary>Why it was not accepted.</summary>
        public string ServerProblem { get; }

        /// <summary>Which faults of it were forgiven, as <c>Trust.Allow</c> names them.</summary>
        public IReadOnlyList<string> ServerExceptions { get; }

        /// <summary>Days until the server's own certificate ends, negative when past; known in a resumed session too.</summary>
        public long? ServerDaysLeft { get; }

        /// <summary>Our side of the mutual part.</summary>
        public ClientCertificateReport ClientCertificate { get; }

        /// <summary>The alert that ended it.</summary>
        public TlsAlert Alert { get; }

        /// <summary>How long it took.</summary>
        public HandshakeTimings Timings { get; }

        /// <summary>The report as JSON.</summary>
        /// <returns>The same as <see cref="Json"/>.</returns>
        public override string ToString() => Json;
    }

    /// <summary>Whether the server asked for a certificate, and what it got.</summary>
    public sealed class ClientCertificateReport
    {
        internal ClientCertificateReport(Members report)
        {
            Requested = report.Flag("requested");
            Offered = report.Flag("offered") == true;
            Summary = report.Text("summary");
            Reason = report.Text("reason");
            Identity = report.Text("identity");
            DaysLeft = (long?)report.Number("days_left");
            Chain = report.Objects("chain").Select(one => new CertificateSummary(one)).ToArray();
            AcceptableCas = report.Texts("acceptable_cas");
            AcceptableSchemes = report.Texts("acceptable_schemes");
        }

        /// <summary>Whether the server asked; null if the handshake did not get that far or was resumed.</summary>
        public bool? Requested { get; }

        /// <summary>A certificate was sent.</summary>
        public bool Offered { get; }

        /// <summary><c>sent</c>, <c>not requested</c>, <c>requested, not offered</c>, <c>resumed</c> or <c>unknown</c>.</summary>
        public string Summary { get; }

        /// <summary>Why none was sent, or what is doubtful about the one that was.</summary>
        public string Reason { get; }

        /// <summary>The name of the identity that was chosen.</summary>
        public string Identity { get; }

        /// <summary>Days until our certificate ends: the one that was sent, or the only one for this host.</summary>
        public long? DaysLeft { get; }

        /// <summary>The certificates sent, the leaf first.</summary>
        public IReadOnlyList<CertificateSummary> Chain { get; }

        /// <summary>The names of the CAs that the server says it accepts.</summary>
        public IReadOnlyList<string> AcceptableCas { get; }

        /// <summary>The signature schemes that the server accepts.</summary>
        public IReadOnlyList<string> AcceptableSchemes { get; }
    }

    /// <summary>What helps to tell a certificate from another.</summary>
    public sealed class CertificateSummary
    {
        internal CertificateSummary(Members report)
        {
            Subject = report.Text("subject");
            Issuer = report.Text("issuer");
            Serial = report.Text("serial");
            NotBefore = report.Time("not_before");
            NotAfter = report.Time("not_after");
            DaysLeft = (int)report.Number("days_left").GetValueOrDefault();
            Names = report.Texts("names");
            Sha256 = report.Text("sha256");
            Pin = report.Text("pin");
        }

        /// <summary>The subject, as RFC 4514 text.</summary>
        public string Subject { get; }

        /// <summary>The issuer, as RFC 4514 text.</summary>
        public string Issuer { get; }

        /// <summary>The serial number, hexadecimal.</summary>
        public string Serial { get; }

        /// <summary>When it begins to be valid.</summary>
        public DateTimeOffset NotBefore { get; }

        /// <summary>When it ends.</summary>
        public DateTimeOffset NotAfter { get; }

        /// <summary>Days until then at the time of the handshake, negative when past.</summary>
        public int DaysLeft { get; }

        /// <summary>DNS names and addresses.</summary>
        public IReadOnlyList<string> Names { get; }

        /// <summary>SHA-256 of the DER, hexadecimal.</summary>
        public string Sha256 { get; }

        /// <summary>Fit for <see cref="MutlsTrust.Pins"/>.</summary>
        public string Pin { get; }
    }

    /// <summary>How long the phases took; null where one did not happen.</summary>
    public sealed class HandshakeTimings
    {
        internal HandshakeTimings(Members report)
        {
            Dns = report.Span("dns_ms");
            Connect = report.Span("connect_ms");
            Proxy = report.Span("proxy_ms");
            Handshake = report.Span("handshake_ms");
        }

        /// <summary>Name lookup; zero when cached.</summary>
        public TimeSpan? Dns { get; }

        /// <summary>The TCP connection.</summary>
        public TimeSpan? Connect { get; }

        /// <summary>The proxy's tunnel.</summary>
        public TimeSpan? Proxy { get; }

        /// <summary>The TLS handshake.</summary>
        public TimeSpan? Handshake { get; }
    }

    /// <summary>An object of JSON, by the types of its members. What is missing is null or empty.</summary>
    internal struct Members
    {
        internal Members(Dictionary<string, object> members)
        {
            All = members ?? new Dictionary<string, object>();
        }

        internal Dictionary<string, object> All { get; }

        internal bool IsEmpty => All.Count == 0;

        internal string Text(string name) => Of(name) as string;

        internal bool? Flag(string name) => Of(name) as bool?;

        internal double? Number(string name) => Of(name) as double?;

        internal Members Object(string name) => new Members(Of(name) as Dictionary<string, object>);

        internal string[] Texts(string name) => List(name).Select(one => one as string).ToArray();

        internal IEnumerable<Members> Objects(string name) =>
            List(name).Select(one => new Members(one as Dictionary<string, object>));

        internal TimeSpan? Span(string name)
        {
            var ms = Number(name);
            return ms == null ? (TimeSpan?)null : TimeSpan.FromTicks((long)(ms.Value * TimeSpan.TicksPerMillisecond));
        }

        internal DateTimeOffset Time(string name)
        {
            DateTimeOffset.TryParse(Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
            return time;
        }

        private object Of(string name) => All.TryGetValue(name, out var value) ? value : null;

        private IEnumerable<object> List(string name) => Of(name) as List<object> ?? Enumerable.Empty<object>();
    }
}
