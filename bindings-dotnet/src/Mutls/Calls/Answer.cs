using System;
using System.IO;
using System.Text;

namespace Mutls
{
    /// <summary>The head of an answer, and its body: bytes that are at hand, or a stream.</summary>
    internal sealed class Answer
    {
        // A body up to this size that came together with the head is taken at once.
        private const int InMemory = 64 * 1024;
        private static readonly Encoding Latin1 = Encoding.GetEncoding(28591);

        internal int Status { get; private set; }

        internal int MinorVersion { get; private set; }

        internal string Url { get; private set; }

        /// <summary>Lines <c>name: value</c>, each ended by CR LF.</summary>
        internal string Headers { get; private set; }

        /// <summary>-1 where it is not known.</summary>
        internal long ContentLength { get; private set; }

        internal bool Decoded { get; private set; }

        internal bool Reused { get; private set; }

        internal Lazy<HandshakeReport> Handshake { get; private set; }

        /// <summary>The whole body; null where it is streamed.</summary>
        internal byte[] Taken { get; private set; }

        internal Stream Stream { get; private set; }

        /// <summary>Reads the head; the response and its token belong to the answer then.</summary>
        internal static Answer Of(Outgoing request, ResponseHandle response, CancelHandle token, Connections connections)
        {
            var answer = new Answer();
            answer.ReadHead(request, response);
            answer.Handshake = connections.Of(response);
            Library.Check(NativeMethods.mutls_response_at_hand(response, out var atHand, out var error), error);
            if (request.IsHead || answer.Status == 204 || answer.Status == 304)
            {
                answer.Take(response, token, 0);
            }
            else if (answer.ContentLength >= 0 && answer.ContentLength <= InMemory && answer.ContentLength <= (long)atHand)
            {
                answer.Take(response, token, (int)answer.ContentLength);
            }
            else
            {
                answer.Stream = new BodyStream(response, token, answer.ContentLength);
            }
            return answer;
        }

        private unsafe void ReadHead(Outgoing request, ResponseHandle response)
        {
            IntPtr error;
            Library.Check(NativeMethods.mutls_response_status(response, out var status, out error), error);
            Library.Check(NativeMethods.mutls_response_http_minor_version(response, out var minor, out error), error);
            Library.Check(NativeMethods.mutls_response_content_length(response, out var length, out error), error);
            Library.Check(NativeMethods.mutls_response_decoded(response, out var decoded, out error), error);
            Library.Check(NativeMethods.mutls_response_connection_reused(response, out var reused, out error), error);
            Library.Check(NativeMethods.mutls_response_header_block(response, out var text, out var size, out error), error);
            Headers = (int)size == 0 ? "" : Latin1.GetString(text, (int)size);
            Library.Check(NativeMethods.mutls_response_url(response, out text, out size, out error), error);
            Url = Same(request.Url, text, (int)size) ? request.Url : Library.Text(text, size);
            Status = status;
            MinorVersion = minor;
            ContentLength = length;
            Decoded = decoded != 0;
            Reused = reused != 0;
        }

        private static unsafe bool Same(string text, byte* view, int length)
        {
            if (text.Length != length)
            {
                return false;
            }
            for (var i = 0; i < length; i++)
            {
                if (text[i] != view[i])
                {
                    return false;
                }
            }
            return true;
        }

        /// <summary>Reads a body that is at hand, and with it the connection is free for others.</summary>
        private unsafe void Take(ResponseHandle response, CancelHandle token, int length)
        {
            using (token)
            using (response)
            {
                var taken = new byte[length];
                var got = 0;
                IntPtr error;
                int status;
                UIntPtr read;
                byte end;
                fixed (byte* data = taken)
                {
                    do
                    {
                        status = got < length
                            ? NativeMethods.mutls_response_read(response, data + got, (UIntPtr)(length - got), out read, out error)
                            : NativeMethods.mutls_response_read(response, &end, (UIntPtr)1, out read, out error);
                        got += status == 0 ? (int)read : 0;
                    }
                    while (status == 0 && (int)read > 0 && got <= length);
                }
                if (status == 0 && got == length)
                {
                    Taken = taken;
                    return;
                }
                Array.Resize(ref taken, Math.Min(got, length));
                Stream = new FailedStream(taken, status == 0 ? null : Library.Take(error));
            }
        }
    }
}
