using System;
using System.Collections.Generic;

namespace Mutls
{
    /// <summary>The lines of an answer's header block.</summary>
    internal static class HeaderBlock
    {
        internal static IEnumerable<KeyValuePair<string, string>> Lines(string block)
        {
            for (var at = 0; at < block.Length;)
            {
                var end = block.IndexOf("\r\n", at, StringComparison.Ordinal);
                var colon = block.IndexOf(':', at);
                var value = Math.Min(colon + 2, end);
                yield return new KeyValuePair<string, string>(block.Substring(at, colon - at), block.Substring(value, end - value));
                at = end + 2;
            }
        }
    }
}
