using System;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls
{
    /// <summary>
    /// An answer: its head, and the stream of its body. Dispose it; a body that was not read to its end closes the connection. An error
    /// status is an answer, not an exception.
    /// </summary>
    public sealed class MutlsResponse : IDisposable
    {
        private readonly Answer answer;

        internal MutlsResponse(Answer answer)
        {
            this.answer = answer;
            foreach (var header in HeaderBlock.Lines(answer.Headers))
            {
                Headers.Add(header.Key, header.Value);
            }
            Body = answer.Stream ?? new MemoryStream(answer.Taken, false);
        }

        /// <summary>The status code.</summary>
        public int StatusCode => answer.Status;

        /// <summary>The status is 200 to 299.</summary>
        public bool IsSuccess => StatusCode >= 200 && StatusCode <= 299;

        /// <summary>HTTP's version: 1.1 or 1.0.</summary>
        public Version Version => new Version(1, answer.MinorVersion);

        /// <summary>The URL that answered, after redirects.</summary>
        public string Url => answer.Url;

        /// <summary>The header lines.</summary>
        public MutlsHeaders Headers { get; } = new MutlsHeaders();

        /// <summary>The body's length where it is known beforehand, else null: it is chunked, ends with the connection, or is decoded.</summary>
        public long? ContentLength => answer.ContentLength < 0 ? (long?)null : answer.ContentLength;

        /// <summary>gzip or brotli is decoded on the way; the headers that speak of the coding are gone then.</summary>
        public bool Decoded => answer.Decoded;

        /// <summary>The connection had served an earlier request.</summary>
        public bool ConnectionReused => answer.Reused;

        /// <summary>What the connection's handshake showed.</summary>
        public HandshakeReport Handshake => answer.Handshake.Value;

        /// <summary>The body. A read that cannot be completed is a <see cref="MutlsException"/>; a body that is cut short is one, never an end.</summary>
        public Stream Body { get; }

        /// <summary>Reads the rest of the body.</summary>
        /// <param name="cancellation">Ends the call.</param>
        /// <returns>The bytes.</returns>
        public async Task<byte[]> ReadAsBytesAsync(CancellationToken cancellation = default(CancellationToken))
        {
            using (var all = new MemoryStream((int)Math.Min(Math.Max(answer.ContentLength, 0), 1 << 20)))
            {
                await Body.CopyToAsync(all, 81920, cancellation).ConfigureAwait(false);
                return all.ToArray();
            }
        }

        /// <summary>Reads the rest of the body as text, in the charset that the answer names, else UTF-8.</summary>
        /// <param name="cancellation">Ends the call.</param>
        /// <returns>The text.</returns>
        public async Task<string> ReadAsStringAsync(CancellationToken cancellation = default(CancellationToken))
        {
            using (var text = new StreamReader(new MemoryStream(await ReadAsBytesAsync(cancellation).ConfigureAwait(false)), Charset(), true))
            {
                return text.ReadToEnd();
            }
        }

        /// <summary>Throws unless <see cref="IsSuccess"/>.</summary>
        /// <returns>This response.</returns>
        /// <exception cref="HttpRequestException">The status is another one.</exception>
        public MutlsResponse EnsureSuccess()
        {
            return IsSuccess
                ? this
                : throw new HttpRequestException("Response status code does not indicate success: " + StatusCode + ".");
        }

        /// <summary>Aborts what was not read: the server sees the connection close.</summary>
        public void Dispose() => Body.Dispose();

        private Encoding Charset()
        {
            try
            {
                var type = Headers["content-type"];
                var known = System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(type, out var parsed) && parsed.CharSet != null;
                return known ? Encoding.GetEncoding(parsed.CharSet.Trim('"')) : Encoding.UTF8;
            }
            catch (ArgumentException)
            {
                return Encoding.UTF8;
            }
        }
    }
}
