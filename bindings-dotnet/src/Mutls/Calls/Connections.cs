using System;
using System.Collections.Concurrent;

namespace Mutls
{
    /// <summary>What handshakes showed, by the number of the connection: asked of C once, read when somebody wants it.</summary>
    internal sealed class Connections
    {
        // A client that sees more than this forgets, and asks again.
        private const int Most = 2048;

        private readonly ConcurrentDictionary<ulong, Lazy<HandshakeReport>> known =
            new ConcurrentDictionary<ulong, Lazy<HandshakeReport>>();

        internal int Count => known.Count;

        internal Lazy<HandshakeReport> Of(ResponseHandle response)
        {
            Library.Check(NativeMethods.mutls_response_connection(response, out var number, out var error), error);
            if (known.TryGetValue(number, out var found))
            {
                return found;
            }
            Library.Check(NativeMethods.mutls_response_report(response, out var pointer, out error), error);
            var report = new ReportHandle(pointer);
            var made = new Lazy<HandshakeReport>(() => Read(report));
            if (known.Count >= Most)
            {
                known.Clear();
            }
            known[number] = made;
            return made;
        }

        private static unsafe HandshakeReport Read(ReportHandle report)
        {
            using (report)
            {
                Library.Check(NativeMethods.mutls_report_json(report, out var json, out var length, out var error), error);
                return new HandshakeReport(Library.Text(json, length));
            }
        }
    }
}
