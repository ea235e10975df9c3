using System;
using System.Net.Http;

namespace Mutls
{
    /// <summary>A request for <see cref="MutlsClient"/>.</summary>
    public sealed class MutlsRequest
    {
        /// <summary>A request without headers and body.</summary>
        /// <param name="method">The method, such as <c>GET</c>.</param>
        /// <param name="url">The URL, which may be relative to <see cref="MutlsClientOptions.BaseUrl"/> and is sent as it is written.</param>
        public MutlsRequest(string method, string url)
        {
            Method = method ?? throw new ArgumentNullException(nameof(method));
            Url = url ?? throw new ArgumentNullException(nameof(url));
        }

        /// <summary>The method.</summary>
        public string Method { get; }

        /// <summary>The URL.</summary>
        public string Url { get; }

        /// <summary>Headers beside the client's own, and in place of those of the same name.</summary>
        public MutlsHeaders Headers { get; } = new MutlsHeaders();

        /// <summary>The body with its headers: any content of System.Net.Http. It is streamed, unless it is small and lies in memory. May be null.</summary>
        public HttpContent Content { get; set; }

        /// <summary>What is different for this call. May be null.</summary>
        public MutlsCallOptions Options { get; set; }
    }
}
