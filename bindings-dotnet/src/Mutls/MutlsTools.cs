using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading;

namespace Mutls
{
    /// <summary>
    /// What is done to certificates, keys and stores besides using them. They wait: they read files and derive keys, and with
    /// <see cref="MutlsToolOptions.Url"/> they ask a server. docs/identity-files.md describes each.
    /// </summary>
    public static class MutlsTools
    {
        /// <summary>Tells what files hold, or what the server at <see cref="MutlsToolOptions.Url"/> presents.</summary>
        /// <param name="options">What is read, or which server is asked.</param>
        /// <param name="cancellation">Ends a question to a server.</param>
        /// <returns>A report.</returns>
        /// <exception cref="MutlsException">Something cannot be read, or the server not be asked.</exception>
        public static MutlsToolOutput Inspect(MutlsToolOptions options, CancellationToken cancellation = default(CancellationToken)) =>
            Run("inspect", options, cancellation);

        /// <summary>
        /// Looks for what will go wrong with an identity. The report has <c>ok</c>, and <c>findings</c> with severity, code, message and hint.
        /// </summary>
        /// <param name="options">What is read, and which server has to accept it.</param>
        /// <param name="cancellation">Ends a question to a server.</param>
        /// <returns>A report.</returns>
        /// <exception cref="MutlsException">A file cannot be read, or the server not be asked.</exception>
        public static MutlsToolOutput Check(MutlsToolOptions options, CancellationToken cancellation = default(CancellationToken)) =>
            Run("check", options, cancellation);

        /// <summary>Tells whether certificates, keys and requests belong together.</summary>
        /// <param name="options">What is read.</param>
        /// <returns>Whether they do.</returns>
        /// <exception cref="MutlsException">Something cannot be read.</exception>
        public static bool Match(MutlsToolOptions options) => Answer("match", "matches", options, default(CancellationToken));

        /// <summary>Tells whether a certificate expires within <see cref="MutlsToolOptions.Within"/>, by default 30 days.</summary>
        /// <param name="options">What is read, and which server is asked for its own.</param>
        /// <param name="cancellation">Ends a question to a server.</param>
        /// <returns>Whether one of them does.</returns>
        /// <exception cref="MutlsException">Something cannot be read, or the server not be asked.</exception>
        public static bool NeedsRenewal(MutlsToolOptions options, CancellationToken cancellation = default(CancellationToken)) =>
            Answer("needs_renewal", "needs_renewal", options, cancellation);

        /// <summary>Puts a chain in order, leaf first, and completes it from <see cref="MutlsToolOptions.Ca"/>. It makes <c>bundle</c>.</summary>
        /// <param name="options">What is read.</param>
        /// <returns>A report, and what was made.</returns>
        /// <exception cref="MutlsException">Something cannot be read or written.</exception>
        public static MutlsToolOutput Bundle(MutlsToolOptions options) => Run("bundle", options, default(CancellationToken));

        /// <summary>
        /// Makes a key and a certificate signing request, <c>key</c> and <c>csr</c>; or a request for the key that is given.
        /// </summary>
        /// <param name="options">Whom it is for, and which key.</param>
        /// <returns>A report, and what was made.</returns>
        /// <exception cref="MutlsException">Something is refused, or cannot be written.</exception>
        public static MutlsToolOutput CreateCsr(MutlsToolOptions options) => Run("create_csr", options, default(CancellationToken));

        /// <summary>Writes certificates and keys in another format. It makes <c>output</c>.</summary>
        /// <param name="options">What is read, and what to write.</param>
        /// <returns>A report, and what was made.</returns>
        /// <exception cref="MutlsException">Something cannot be read or written.</exception>
        public static MutlsToolOutput Convert(MutlsToolOptions options) => Run("convert", options, default(CancellationToken));

        private static bool Answer(string tool, string key, MutlsToolOptions options, CancellationToken cancellation)
        {
            return Run(tool, options, cancellation).Report.TryGetValue(key, out var answer) && true.Equals(answer);
        }

        private static MutlsToolOutput Run(string tool, MutlsToolOptions options, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            var document = new Document(options ?? throw new ArgumentNullException(nameof(options)));
            try
            {
                return Config.Use("{}", document.Attachments, config => Run(config, tool, document.Json, cancellation));
            }
            finally
            {
                document.Wipe();
            }
        }

        private static unsafe MutlsToolOutput Run(ConfigHandle config, string tool, string json, CancellationToken cancellation)
        {
            var name = Encoding.UTF8.GetBytes(tool);
            var text = Encoding.UTF8.GetBytes(json);
            using (var token = CancelHandle.Make())
            using (cancellation.Register(token.Cancel))
            {
                IntPtr made;
                try
                {
                    fixed (byte* n = name, t = text)
                    {
                        Library.Check(
                            NativeMethods.mutls_tool_run_cancellable(config, n, (UIntPtr)name.Length, t, (UIntPtr)text.Length, token,
                                out made, out var error), error);
                    }
                }
                catch (MutlsException) when (cancellation.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancellation);
                }
                try
                {
                    return new MutlsToolOutput(made);
                }
                finally
                {
                    NativeMethods.mutls_output_free(made);
                }
            }
        }
    }

    /// <summary>
    /// What a tool reads, how that is opened, and what comes of it. What does not belong to a tool is refused.
    /// </summary>
    public sealed class MutlsToolOptions : DocumentPart
    {
        /// <summary>Nothing to read, for a server or a new key.</summary>
        public MutlsToolOptions()
        {
        }

        /// <summary>Files by their paths, PEM texts, or bytes; any format, any order.</summary>
        /// <param name="input">What is read.</param>
        public MutlsToolOptions(params MutlsSecret[] input)
        {
            Input = new List<MutlsSecret>(input);
        }

        /// <summary>Files by their paths, PEM texts, or bytes; any format, any order.</summary>
        public IList<MutlsSecret> Input { get; set; } = new List<MutlsSecret>();

        /// <summary>What opens an encrypted key or a store.</summary>
        public MutlsSecret Passphrase { get; set; }

        /// <summary>The environment variable that holds it.</summary>
        public string PassphraseEnv { get; set; }

        /// <summary>The file whose first line it is.</summary>
        public string PassphraseFile { get; set; }

        /// <summary>What opens the key in a store, where that is another passphrase.</summary>
        public MutlsSecret KeyPassphrase { get; set; }

        /// <summary>The environment variable that holds it.</summary>
        public string KeyPassphraseEnv { get; set; }

        /// <summary>The file whose first line it is.</summary>
        public string KeyPassphraseFile { get; set; }

        /// <summary>Which key of a store that holds several.</summary>
        public string Alias { get; set; }

        /// <summary>Inspect, Check: a server to ask, such as <c>https://partner.example</c> or <c>host:port</c>.</summary>
        public string Url { get; set; }

        /// <summary>How that server is reached, and whom to trust there; its timeouts bound the wait.</summary>
        public MutlsClientOptions Client { get; set; }

        /// <summary>Check, Bundle, Convert: CA certificates that complete the chain: paths, PEM texts, or bytes.</summary>
        public IList<MutlsSecret> Ca { get; set; } = new List<MutlsSecret>();

        /// <summary>Check, NeedsRenewal: how soon an end of validity counts, in hours rounded up; by default 30 days.</summary>
        public TimeSpan? Within { get; set; }

        /// <summary>Bundle, Convert: write the root of the chain too.</summary>
        public bool Root { get; set; }

        /// <summary>CreateCsr: such as <c>CN=services.company.com,O=Company,C=CA</c>.</summary>
        public string Subject { get; set; }

        /// <summary>CreateCsr: subject alternative names: hosts, addresses, URIs, e-mail addresses.</summary>
        public IList<string> Names { get; set; } = new List<string>();

        /// <summary>CreateCsr: rsa-2048 (the default), rsa-3072, rsa-4096, p-256, p-384 or ed25519.</summary>
        public string Key { get; set; }

        /// <summary>CreateCsr: a partner's rules, such as <c>trulioo</c>.</summary>
        public string Profile { get; set; }

        /// <summary>CreateCsr: where the key goes, with mode 0600, in place of the part <c>key</c>.</summary>
        public string KeyOutputFile { get; set; }

        /// <summary>CreateCsr: where the request goes, in place of the part <c>csr</c>.</summary>
        public string CsrOutputFile { get; set; }

        /// <summary>Convert: pem, der, pkcs7, pkcs7_der, pkcs8, pkcs12 or jks.</summary>
        public string To { get; set; }

        /// <summary>Convert: key, certificate, chain or certificates.</summary>
        public string Only { get; set; }

        /// <summary>Convert: PKCS#12 with 3DES and SHA-1, for old Windows and Java.</summary>
        public bool Legacy { get; set; }

        /// <summary>Convert: PKCS#12 whose integrity rests on PBMAC1 (RFC 9579), where FIPS 140-3 asks for it.</summary>
        public bool Pbmac1 { get; set; }

        /// <summary>Convert: a store of trusted certificates; by default where no private key is given.</summary>
        public bool? Truststore { get; set; }

        /// <summary>Convert: the alias in the store.</summary>
        public string Name { get; set; }

        /// <summary>Convert: write a key that was protected without protection.</summary>
        public bool Unencrypted { get; set; }

        /// <summary>CreateCsr, Convert: what protects the key or store that is written.</summary>
        public MutlsSecret NewPassphrase { get; set; }

        /// <summary>The environment variable that holds it.</summary>
        public string NewPassphraseEnv { get; set; }

        /// <summary>The file whose first line it is.</summary>
        public string NewPassphraseFile { get; set; }

        /// <summary>Bundle, Convert: where it goes, in place of the part <c>bundle</c> or <c>output</c>.</summary>
        public string OutputFile { get; set; }

        /// <summary>Replace files that are there.</summary>
        public bool Overwrite { get; set; }

        internal override void Write(Document document)
        {
            document.Secrets("input", Input);
            document.Secret("passphrase", Passphrase);
            document.Text("passphrase_env", PassphraseEnv);
            document.Text("passphrase_file", PassphraseFile);
            document.Secret("key_passphrase", KeyPassphrase);
            document.Text("key_passphrase_env", KeyPassphraseEnv);
            document.Text("key_passphrase_file", KeyPassphraseFile);
            document.Text("alias", Alias);
            document.Text("url", Url);
            document.Object("client", Client);
            document.Secrets("ca", Ca);
            document.Text("within", Within is TimeSpan within ? Math.Ceiling(within.TotalHours).ToString("0", CultureInfo.InvariantCulture) + "h" : null);
            Flag(document, "root", Root);
            document.Text("subject", Subject);
            document.List("names", Names);
            document.Text("key", Key);
            document.Text("profile", Profile);
            document.Text("key_output_file", KeyOutputFile);
            document.Text("csr_output_file", CsrOutputFile);
            document.Text("to", To);
            document.Text("only", Only);
            Flag(document, "legacy", Legacy);
            Flag(document, "pbmac1", Pbmac1);
            document.Flag("truststore", Truststore);
            document.Text("name", Name);
            Flag(document, "unencrypted", Unencrypted);
            document.Secret("new_passphrase", NewPassphrase);
            document.Text("new_passphrase_env", NewPassphraseEnv);
            document.Text("new_passphrase_file", NewPassphraseFile);
            document.Text("output_file", OutputFile);
            Flag(document, "overwrite", Overwrite);
        }

        /// <summary>What is false is left out: it may not belong to the tool.</summary>
        private static void Flag(Document document, string key, bool value) => document.Flag(key, value ? true : (bool?)null);
    }

    /// <summary>What a tool gives: a report, and what was made and not written to a file.</summary>
    public sealed class MutlsToolOutput
    {
        private readonly Dictionary<string, byte[]> parts = new Dictionary<string, byte[]>();

        internal unsafe MutlsToolOutput(IntPtr output)
        {
            Library.Check(NativeMethods.mutls_output_json(output, out var view, out var length, out var error), error);
            Json = Library.Text(view, length);
            Report = (Dictionary<string, object>)Mutls.Json.Parse(Json);
            Library.Check(NativeMethods.mutls_output_names(output, out view, out length, out error), error);
            foreach (string name in (List<object>)Mutls.Json.Parse(Library.Text(view, length)))
            {
                var utf8 = Encoding.UTF8.GetBytes(name);
                fixed (byte* n = utf8)
                {
                    Library.Check(
                        NativeMethods.mutls_output_part(output, n, (UIntPtr)utf8.Length, out var data, out length, out error), error);
                    var part = new byte[(int)length];
                    System.Runtime.InteropServices.Marshal.Copy((IntPtr)data, part, 0, part.Length);
                    parts[name] = part;
                }
            }
        }

        /// <summary>The report as JSON, the same in every language. Nothing secret is in it.</summary>
        public string Json { get; }

        /// <summary>The report: dictionaries, lists, strings, doubles, booleans and nulls.</summary>
        public IReadOnlyDictionary<string, object> Report { get; }

        /// <summary>The names of what was made: <c>output</c>, <c>bundle</c>, <c>csr</c> and <c>key</c>.</summary>
        public IReadOnlyCollection<string> Names => parts.Keys;

        /// <summary>What was made. Overwrite a key when it is used up.</summary>
        /// <param name="name">One of <see cref="Names"/>.</param>
        /// <returns>The bytes themselves, no copy; null if there are none of that name.</returns>
        public byte[] Part(string name) => parts.TryGetValue(name, out var part) ? part : null;

        /// <summary>Names only: a part may be a key.</summary>
        /// <returns>Such as <c>MutlsToolOutput[output]</c>.</returns>
        public override string ToString() => "MutlsToolOutput[" + string.Join(", ", Names) + "]";
    }
}
