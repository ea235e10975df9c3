using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;

namespace Mutls
{
    /// <summary>Headers of System.Net.Http as lines, and lines as headers.</summary>
    internal static class SeamHeaders
    {
        // What .NET reads into a list is sent in one line, as its own handlers do.
        private static readonly Dictionary<string, string> Separators = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["User-Agent"] = " ",
            ["Cookie"] = "; ",
            ["Accept"] = ", ",
            ["Accept-Charset"] = ", ",
            ["Accept-Encoding"] = ", ",
            ["Accept-Language"] = ", ",
            ["Allow"] = ", ",
            ["Cache-Control"] = ", ",
            ["Content-Encoding"] = ", ",
            ["Content-Language"] = ", ",
            ["Expect"] = ", ",
            ["If-Match"] = ", ",
            ["If-None-Match"] = ", ",
            ["Pragma"] = ", ",
            ["TE"] = ", ",
            ["Trailer"] = ", ",
            ["Upgrade"] = ", ",
            ["Via"] = ", ",
            ["Warning"] = ", ",
        };

        // Of an answer, those that .NET keeps with the content.
        private static readonly HashSet<string> Content = new HashSet<string>(StringComparer.Ordinal)
        {
            "allow", "content-disposition", "content-encoding", "content-language", "content-length", "content-location", "content-md5",
            "content-range", "content-type", "expires", "last-modified",
        };

        internal static IEnumerable<KeyValuePair<string, string>> Of(HttpRequestMessage request)
        {
            foreach (var header in request.Headers)
            {
                if (IsFraming(header.Key, header.Value, request.Content))
                {
                    continue;
                }
                foreach (var line in Lines(header))
                {
                    yield return line;
                }
            }
            if (request.Content != null)
            {
                foreach (var line in OfContent(request.Content))
                {
                    yield return line;
                }
            }
        }

        internal static IEnumerable<KeyValuePair<string, string>> OfContent(HttpContent content)
        {
            return content.Headers
                .Where(header => !Same(header.Key, "Content-Length"))
                .SelectMany(Lines);
        }

        internal static void Fill(HttpResponseMessage message, string block)
        {
            foreach (var line in HeaderBlock.Lines(block))
            {
                if (Content.Contains(line.Key) || !message.Headers.TryAddWithoutValidation(line.Key, line.Value))
                {
                    message.Content.Headers.TryAddWithoutValidation(line.Key, line.Value);
                }
            }
        }

        /// <summary>What the library says by itself; where it says something else, it refuses the header.</summary>
        private static bool IsFraming(string name, IEnumerable<string> values, HttpContent content)
        {
            return Same(name, "Transfer-Encoding") && content != null && values.All(value => Same(value, "chunked")) ||
                Same(name, "Connection") && values.All(value => Same(value, "keep-alive"));
        }

        private static IEnumerable<KeyValuePair<string, string>> Lines(KeyValuePair<string, IEnumerable<string>> header)
        {
            if (Separators.TryGetValue(header.Key, out string separator))
            {
                yield return new KeyValuePair<string, string>(header.Key, string.Join(separator, header.Value));
                yield break;
            }
            foreach (var value in header.Value)
            {
                yield return new KeyValuePair<string, string>(header.Key, value);
            }
        }

        private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }
}
