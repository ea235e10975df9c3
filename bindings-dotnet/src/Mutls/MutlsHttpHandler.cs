using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls
{
    /// <summary>
    /// The seam to <see cref="HttpClient"/>: <c>new HttpClient(new MutlsHttpHandler(options))</c>, or a primary handler of
    /// <c>IHttpClientFactory</c>.
    /// </summary>
    /// <remarks>
    /// Exceptions are those of HttpClient, with the <see cref="MutlsException"/> inside: <see cref="HttpRequestException"/>;
    /// <see cref="TaskCanceledException"/> with the caller's token; for limits of mutls's own, such as
    /// <see cref="MutlsTimeouts.FirstByte"/>, TaskCanceledException with a <see cref="TimeoutException"/> inside, as HttpClient does it
    /// for its own. Reads of a streamed body throw the MutlsException itself, which is an <see cref="IOException"/>.
    /// </remarks>
    public sealed class MutlsHttpHandler : HttpMessageHandler
    {
        private readonly MutlsClient client;
        private readonly bool owned;
        private volatile bool disposed;

        /// <summary>A handler with a client of its own, which it disposes of.</summary>
        /// <param name="options">What the client is made of.</param>
        /// <exception cref="MutlsException">Something cannot be used.</exception>
        public MutlsHttpHandler(MutlsClientOptions options)
            : this(new MutlsClient(options), true)
        {
        }

        /// <summary>A handler for a client that others may use as well.</summary>
        /// <param name="client">The client.</param>
        /// <param name="disposeClient">Whether the client is disposed of with this handler. <c>IHttpClientFactory</c> makes handlers anew every
        /// few minutes: with false they share the client, its connections and its sessions.</param>
        public MutlsHttpHandler(MutlsClient client, bool disposeClient = false)
        {
            this.client = client ?? throw new ArgumentNullException(nameof(client));
            owned = disposeClient;
        }

        /// <summary>Sends a request.</summary>
        /// <param name="request">The request. After redirects its URI is the one that answered, as with .NET's own handlers.</param>
        /// <param name="cancellationToken">Ends the call up to the head of its answer.</param>
        /// <returns>The answer.</returns>
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                var outgoing = Outgoing(request);
                var answer = await client.SendAsync(outgoing, cancellationToken).ConfigureAwait(false);
                return new MutlsHttpResponse(request, outgoing, answer);
            }
            catch (MutlsException failure)
            {
                throw Translated(failure);
            }
        }

#if NET5_0_OR_GREATER
        /// <summary>Sends a request on the calling thread.</summary>
        /// <param name="request">The request.</param>
        /// <param name="cancellationToken">Ends the call up to the head of its answer.</param>
        /// <returns>The answer.</returns>
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            return SendHere(request, cancellationToken);
        }
#endif

        internal HttpResponseMessage SendHere(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                var outgoing = Outgoing(request);
                return new MutlsHttpResponse(request, outgoing, client.Send(outgoing, cancellationToken));
            }
            catch (MutlsException failure)
            {
                throw Translated(failure);
            }
        }

        /// <summary>Disposes of the client where it belongs to this handler; what is in flight is cancelled then.</summary>
        /// <param name="disposing">False from a finalizer.</param>
        protected override void Dispose(bool disposing)
        {
            disposed = true;
            if (disposing && owned)
            {
                client.Dispose();
            }
            base.Dispose(disposing);
        }

        private Outgoing Outgoing(HttpRequestMessage request)
        {
            if (request == null)
            {
                throw new ArgumentNullException(nameof(request));
            }
            if (disposed)
            {
                throw new ObjectDisposedException(nameof(MutlsHttpHandler));
            }
            if (request.RequestUri == null)
            {
                throw MutlsException.Refusal(MutlsErrorCode.BadUrl, "the request has no URI", "Set RequestUri.");
            }
#if NET5_0_OR_GREATER
            if (request.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower && request.Version > HttpVersion.Version11)
            {
                throw MutlsException.Refusal(
                    MutlsErrorCode.BadOption,
                    "the request insists on HTTP/" + request.Version + ", and mutls speaks HTTP/1.1",
                    "Set VersionPolicy to RequestVersionOrLower.");
            }
#endif
            var options = request.GetMutlsOptions();
            var outgoing = new Outgoing
            {
                Method = request.Method.Method,
                Url = Target(request.RequestUri),
                Headers = SeamHeaders.Of(request),
                Options = options == null ? null : new Document(options).Json,
            };
            outgoing.SetContent(request.Content, request.Headers.TransferEncodingChunked == true);
            return outgoing;
        }

        private static string Target(Uri uri)
        {
            if (!uri.IsAbsoluteUri)
            {
                return uri.OriginalString;
            }
            if (uri.HostNameType == UriHostNameType.Dns && uri.Host != uri.IdnHost)
            {
                uri = new UriBuilder(uri) { Host = uri.IdnHost }.Uri;
            }
            return uri.Fragment.Length == 0 ? uri.AbsoluteUri : uri.AbsoluteUri.Substring(0, uri.AbsoluteUri.IndexOf('#'));
        }

        private static Exception Translated(MutlsException failure)
        {
            if (failure.Code == MutlsErrorCode.Timeout || failure.Code == MutlsErrorCode.ConnectTimeout)
            {
                return new TaskCanceledException(failure.Message, new TimeoutException(failure.Message, failure));
            }
#if NET8_0_OR_GREATER
            return new HttpRequestException(Kind(failure), failure.Message, failure);
#else
            return new HttpRequestException(failure.Message, failure);
#endif
        }

#if NET8_0_OR_GREATER
        private static HttpRequestError Kind(MutlsException failure)
        {
            switch (failure.Code)
            {
                case MutlsErrorCode.HostNotFound: return HttpRequestError.NameResolutionError;
                case MutlsErrorCode.ProxyRefused: return HttpRequestError.ProxyTunnelError;
                case MutlsErrorCode.BodyTruncated: return HttpRequestError.ResponseEnded;
                case MutlsErrorCode.ProtocolError: return HttpRequestError.InvalidResponse;
            }
            switch (failure.Family)
            {
                case MutlsFamily.Trust:
                case MutlsFamily.Identity:
                case MutlsFamily.Handshake: return HttpRequestError.SecureConnectionError;
                case MutlsFamily.Connect: return HttpRequestError.ConnectionError;
                default: return HttpRequestError.Unknown;
            }
        }
#endif
    }

    /// <summary>An answer that knows its handshake.</summary>
    internal sealed class MutlsHttpResponse : HttpResponseMessage
    {
        internal MutlsHttpResponse(HttpRequestMessage request, Outgoing outgoing, Answer answer)
            : base((HttpStatusCode)answer.Status)
        {
            Answer = answer;
            Version = answer.MinorVersion == 1 ? HttpVersion.Version11 : HttpVersion.Version10;
            Content = answer.Taken != null ? new ByteArrayContent(answer.Taken) : (HttpContent)new StreamContent(answer.Stream);
            SeamHeaders.Fill(this, answer.Headers);
            RequestMessage = request;
            if (answer.Url != outgoing.Url && Uri.TryCreate(answer.Url, UriKind.Absolute, out var landed))
            {
                request.RequestUri = landed;
            }
        }

        internal Answer Answer { get; }
    }
}
