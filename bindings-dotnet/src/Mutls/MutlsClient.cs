using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls
{
    /// <summary>
    /// Calls an API over mutual TLS: an identity, whom it trusts, and a pool of connections. It serves any number of threads at once: make
    /// one, and keep it.
    /// </summary>
    /// <example>
    /// <code>
    /// var client = new MutlsClient(new MutlsClientOptions
    /// {
    ///     BaseUrl = "https://api.example/v1/", Cert = "cert.crt", Key = "key.pem", Ca = "ca.pem",
    /// });
    /// using (var answer = await client.GetAsync("banks"))
    /// {
    ///     Console.WriteLine(await answer.ReadAsStringAsync());
    /// }
    /// </code>
    /// </example>
    public sealed class MutlsClient : IDisposable
    {
        private readonly ClientHandle handle;
        private readonly Connections connections = new Connections();
        private volatile Events events;
        private int disposed;

        /// <summary>
        /// Makes a client. Everything that the options name is read and checked now: a client that was made has a usable identity and trust.
        /// Nothing is connected yet.
        /// </summary>
        /// <param name="options">What the client is made of.</param>
        /// <exception cref="MutlsException">Something cannot be used: <see cref="MutlsConfigException"/>,
        /// <see cref="MutlsIdentityException"/>, <see cref="MutlsTrustException"/>.</exception>
        public MutlsClient(MutlsClientOptions options)
        {
            handle = Config.Use(options ?? throw new ArgumentNullException(nameof(options)), Make);
        }

        private MutlsClient(ClientHandle handle)
        {
            this.handle = handle;
        }

        /// <summary>The version of the library, such as <c>0.1.0</c>.</summary>
        public static string Version => Library.Version;

        /// <summary>Makes a client from the config document itself, as it lies in a profile file; docs/config.md lists its keys.</summary>
        /// <param name="document">The document, JSON.</param>
        /// <param name="attachments">Bytes that the document refers to as <c>{"ref": "name"}</c>, by name. May be null.</param>
        /// <returns>The client.</returns>
        /// <exception cref="MutlsException">Something cannot be used.</exception>
        public static MutlsClient FromJson(string document, IEnumerable<KeyValuePair<string, byte[]>> attachments = null)
        {
            return new MutlsClient(Config.Use(document ?? throw new ArgumentNullException(nameof(document)), attachments, Make));
        }

        /// <summary>Sends GET, and gives the head of the answer when it is there.</summary>
        /// <param name="url">The URL, which may be relative to <see cref="MutlsClientOptions.BaseUrl"/>.</param>
        /// <param name="cancellation">Ends the call up to the head of its answer.</param>
        /// <returns>The answer, to be disposed of.</returns>
        /// <exception cref="MutlsException">There is no answer.</exception>
        /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> ended the call.</exception>
        public Task<MutlsResponse> GetAsync(string url, CancellationToken cancellation = default(CancellationToken))
        {
            return SendAsync(new MutlsRequest("GET", url), cancellation);
        }

        /// <summary>Sends POST, and gives the head of the answer when it is there.</summary>
        /// <param name="url">The URL, which may be relative to <see cref="MutlsClientOptions.BaseUrl"/>.</param>
        /// <param name="content">The body with its headers. May be null.</param>
        /// <param name="cancellation">Ends the call up to the head of its answer.</param>
        /// <returns>The answer, to be disposed of.</returns>
        /// <exception cref="MutlsException">There is no answer.</exception>
        /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> ended the call.</exception>
        public Task<MutlsResponse> PostAsync(
            string url, HttpContent content, CancellationToken cancellation = default(CancellationToken))
        {
            return SendAsync(new MutlsRequest("POST", url) { Content = content }, cancellation);
        }

        /// <summary>Sends a request, and gives the head of the answer when it is there; no thread waits.</summary>
        /// <param name="request">The request. It is not changed, and may be sent again if its content can be read again.</param>
        /// <param name="cancellation">Ends the call up to the head of its answer; reads of the body take their own.</param>
        /// <returns>The answer, to be disposed of.</returns>
        /// <exception cref="MutlsException">There is no answer.</exception>
        /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> ended the call; the MutlsException inside says
        /// how far it came.</exception>
        public async Task<MutlsResponse> SendAsync(
            MutlsRequest request, CancellationToken cancellation = default(CancellationToken))
        {
            return new MutlsResponse(await SendAsync(Own(request), cancellation).ConfigureAwait(false));
        }

        /// <summary>Like <see cref="SendAsync(MutlsRequest, CancellationToken)"/>, on the calling thread: the quickest way.</summary>
        /// <param name="request">The request.</param>
        /// <param name="cancellation">Ends the call up to the head of its answer.</param>
        /// <returns>The answer, to be disposed of.</returns>
        /// <exception cref="MutlsException">There is no answer.</exception>
        /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> ended the call.</exception>
        public MutlsResponse Send(MutlsRequest request, CancellationToken cancellation = default(CancellationToken))
        {
            return new MutlsResponse(Send(Own(request), cancellation));
        }

        /// <summary>Finds out why calls fail, with options of which a client may not even be made.</summary>
        /// <param name="options">What the client is, or would be, made of.</param>
        /// <param name="url">What is called, relative to <see cref="MutlsClientOptions.BaseUrl"/> or absolute.</param>
        /// <param name="cancellation">Ends it early.</param>
        /// <returns>What was found. What is wrong is in it, and not an exception.</returns>
        /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> ended it.</exception>
        public static MutlsDiagnosis Diagnose(
            MutlsClientOptions options, string url, CancellationToken cancellation = default(CancellationToken))
        {
            return Config.Use(
                options ?? throw new ArgumentNullException(nameof(options)),
                config => MutlsDiagnosis.Of(
                    Own(new MutlsRequest("GET", url)),
                    cancellation,
                    (RequestHandle request, out IntPtr found, out IntPtr error) =>
                        NativeMethods.mutls_diagnose(config, request, 1, out found, out error)));
        }

        /// <summary>Finds out why calls fail. Reads the client's files anew, and uses none of its connections.</summary>
        /// <param name="url">What is called, relative to <see cref="MutlsClientOptions.BaseUrl"/> or absolute.</param>
        /// <param name="cancellation">Ends it early.</param>
        /// <returns>What was found. What is wrong is in it, and not an exception.</returns>
        /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> ended it.</exception>
        public MutlsDiagnosis Diagnose(string url, CancellationToken cancellation = default(CancellationToken))
        {
            return MutlsDiagnosis.Of(
                Own(new MutlsRequest("GET", url)),
                cancellation,
                (RequestHandle request, out IntPtr found, out IntPtr error) =>
                    NativeMethods.mutls_client_diagnose(handle, request, 1, out found, out error));
        }

        /// <summary>
        /// Swaps in other options, or the same ones to read their files anew (certificate rotation). Calls in flight finish on the old ones;
        /// on an exception the old ones stay.
        /// </summary>
        /// <param name="options">What the client is made of from now on.</param>
        /// <exception cref="MutlsException">Something cannot be used.</exception>
        public void Reload(MutlsClientOptions options)
        {
            Config.Use(options ?? throw new ArgumentNullException(nameof(options)), Swap);
            events?.Tell();
        }

        /// <summary>
        /// Has an observer told what happens to the client's connections and certificates, in place of any observer before. Identities that
        /// expire soon are told at once, the rest when a call returns, on its thread. What it throws goes to <c>Trace</c>, and breaks nothing.
        /// </summary>
        /// <param name="observer">Takes each event, such as <c>e => logger.Log((LogLevel)e.Level, e.Message)</c>.</param>
        public void Observe(Action<MutlsEvent> observer)
        {
            var own = new Events(observer ?? throw new ArgumentNullException(nameof(observer)));
            events = own;
            own.Begin(handle);
        }

        /// <summary>Refuses new calls, waits for those in flight, their bodies included, then cancels what is left and closes every connection.</summary>
        /// <param name="drain">How long to wait; <c>Timeout.InfiniteTimeSpan</c> waits for all.</param>
        /// <returns>True if all had finished.</returns>
        public bool Close(TimeSpan drain)
        {
            var ms = drain < TimeSpan.Zero ? (ulong)long.MaxValue / 1000000 : (ulong)drain.TotalMilliseconds;
            Library.Check(NativeMethods.mutls_client_close(handle, ms, out var finished, out var error), error);
            return finished != 0;
        }

        /// <summary>Like <see cref="Close"/>, without waiting here.</summary>
        /// <param name="drain">How long to wait.</param>
        /// <returns>True if all had finished.</returns>
        public Task<bool> CloseAsync(TimeSpan drain)
        {
            return Task.Factory.StartNew(
                () => Close(drain), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        /// <summary>
        /// Cancels what is in flight and closes every connection. A client that is never disposed of harms nothing: the collector takes it.
        /// </summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                Close(TimeSpan.Zero);
                handle.Dispose();
            }
        }

        internal int KnownConnections => connections.Count;

        internal Task<Answer> SendAsync(Outgoing outgoing, CancellationToken cancellation)
        {
            var answer = Call.SendAsync(handle, connections, outgoing, cancellation);
            return events == null ? answer : Told(answer);
        }

        internal Answer Send(Outgoing outgoing, CancellationToken cancellation)
        {
            try
            {
                return Call.Send(handle, connections, outgoing, cancellation);
            }
            finally
            {
                events?.Tell();
            }
        }

        private async Task<Answer> Told(Task<Answer> answer)
        {
            try
            {
                return await answer.ConfigureAwait(false);
            }
            finally
            {
                events?.Tell();
            }
        }

        private static Outgoing Own(MutlsRequest request)
        {
            if (request == null)
            {
                throw new ArgumentNullException(nameof(request));
            }
            var own = new Outgoing
            {
                Method = request.Method,
                Url = request.Url,
                Headers = request.Headers,
                Options = request.Options == null ? null : new Document(request.Options).Json,
            };
            if (request.Content != null)
            {
                own.SetContent(request.Content, false);
                own.Headers = request.Headers.Concat(SeamHeaders.OfContent(request.Content)
                    .Where(header => !request.Headers.Contains(header.Key)));
            }
            return own;
        }

        private static ClientHandle Make(ConfigHandle config)
        {
            Library.Check(NativeMethods.mutls_client_new(config, out var client, out var error), error);
            return new ClientHandle(client);
        }

        private bool Swap(ConfigHandle config)
        {
            Library.Check(NativeMethods.mutls_client_reload(handle, config, out var error), error);
            return true;
        }
    }
}
