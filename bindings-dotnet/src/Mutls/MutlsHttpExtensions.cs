using System;
using System.Net.Http;

namespace Mutls
{
    /// <summary>What mutls knows of requests and answers of <see cref="HttpClient"/>.</summary>
    public static class MutlsHttpExtensions
    {
        private const string Name = "Mutls.CallOptions";

#if NET5_0_OR_GREATER
        private static readonly HttpRequestOptionsKey<MutlsCallOptions> Key = new HttpRequestOptionsKey<MutlsCallOptions>(Name);
#endif

        /// <summary>What the handshake of an answer's connection showed; null for an answer that did not come from mutls.</summary>
        /// <param name="response">The answer.</param>
        /// <returns>The report.</returns>
        public static HandshakeReport GetHandshakeReport(this HttpResponseMessage response)
        {
            return (response as MutlsHttpResponse)?.Answer.Handshake.Value;
        }

        /// <summary>Whether the connection of an answer had served an earlier request.</summary>
        /// <param name="response">The answer.</param>
        /// <returns>False too for an answer that did not come from mutls.</returns>
        public static bool IsConnectionReused(this HttpResponseMessage response)
        {
            return (response as MutlsHttpResponse)?.Answer.Reused == true;
        }

        /// <summary>Gives a request options of its own.</summary>
        /// <param name="request">The request.</param>
        /// <param name="options">What is different for it; null for nothing.</param>
        public static void SetMutlsOptions(this HttpRequestMessage request, MutlsCallOptions options)
        {
            if (request == null)
            {
                throw new ArgumentNullException(nameof(request));
            }
#if NET5_0_OR_GREATER
            request.Options.Set(Key, options);
#else
            request.Properties[Name] = options;
#endif
        }

        internal static MutlsCallOptions GetMutlsOptions(this HttpRequestMessage request)
        {
#if NET5_0_OR_GREATER
            return request.Options.TryGetValue(Key, out var options) ? options : null;
#else
            return request.Properties.TryGetValue(Name, out var options) ? options as MutlsCallOptions : null;
#endif
        }
    }
}
