using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text;

namespace Mutls
{
    /// <summary>A request in the form that C takes.</summary>
    internal sealed class Outgoing
    {
        // A body up to this size that lies in memory goes to the library as a whole, and can be sent again.
        private const int InMemory = 64 * 1024;

        internal string Method;
        internal string Url;
        internal IEnumerable<KeyValuePair<string, string>> Headers;

        // A JSON object, or null.
        internal string Options;

        // A body in memory.
        internal byte[] Body;

        // A body that is streamed, and its length: -1 if it is not known.
        internal HttpContent Streamed;
        internal long Length;

        /// <summary>HEAD, whose answer has a length and no body.</summary>
        internal bool IsHead => string.Equals(Method, "HEAD", StringComparison.Ordinal);

        internal void SetContent(HttpContent content, bool chunked)
        {
            if (content == null)
            {
                return;
            }
            Length = chunked ? -1 : content.Headers.ContentLength ?? -1;
            var type = content.GetType();
            if (Length >= 0 && Length <= InMemory && (type == typeof(ByteArrayContent) || type == typeof(StringContent) ||
                type == typeof(FormUrlEncodedContent)))
            {
                // Those never keep their reader waiting.
                var bytes = content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
                if (bytes.LongLength == Length)
                {
                    Body = bytes;
                    return;
                }
            }
            Streamed = content;
        }

        /// <summary>The request in C, with its token; <paramref name="body"/> is to be pushed where the body is streamed.</summary>
        internal RequestHandle Make(CancelHandle token, out BodyHandle body)
        {
            body = null;
            var lines = Lines.Take();
            lines.Utf8(Method);
            var method = lines.Length;
            lines.Utf8(Url);
            var url = lines.Length - method;
            foreach (var header in Headers)
            {
                lines.Header(header.Key, header.Value);
            }
            try
            {
                return Make(lines, method, url, token, out body);
            }
            finally
            {
                lines.GiveBack();
            }
        }

        private unsafe RequestHandle Make(Lines lines, int method, int url, CancelHandle token, out BodyHandle body)
        {
            body = null;
            RequestHandle request;
            fixed (byte* text = lines.Buffer)
            {
                Library.Check(
                    NativeMethods.mutls_request_new(text, (UIntPtr)method, text + method, (UIntPtr)url, out var made, out var error),
                    error);
                request = new RequestHandle(made);
                try
                {
                    var block = lines.Length - method - url;
                    if (block > 0)
                    {
                        Library.Check(
                            NativeMethods.mutls_request_add_header_block(
                                request, text + method + url, (UIntPtr)block, out error), error);
                    }
                    AddOdd(request, lines.Odd);
                    Library.Check(NativeMethods.mutls_request_set_cancel_token(request, token, out error), error);
                    SetOptions(request);
                    SetBody(request, out body);
                }
                catch
                {
                    request.Dispose();
                    throw;
                }
            }
            return request;
        }

        private static unsafe void AddOdd(RequestHandle request, List<KeyValuePair<string, string>> odd)
        {
            if (odd == null)
            {
                return;
            }
            foreach (var header in odd)
            {
                foreach (var character in header.Value)
                {
                    if (character > 0xFF)
                    {
                        throw MutlsException.Refusal(
                            MutlsErrorCode.BadHeader,
                            "the header " + header.Key + " holds a character that is not one byte",
                            "Encode the value; its characters are sent as Latin-1.");
                    }
                }
                var name = Encoding.UTF8.GetBytes(header.Key);
                var value = Encoding.GetEncoding(28591).GetBytes(header.Value);
                fixed (byte* n = name, v = value)
                {
                    Library.Check(
                        NativeMethods.mutls_request_add_header(
                            request, n, (UIntPtr)name.Length, v, (UIntPtr)value.Length, out var error), error);
                }
            }
        }

        private unsafe void SetOptions(RequestHandle request)
        {
            if (Options == null)
            {
                return;
            }
            var json = Encoding.UTF8.GetBytes(Options);
            fixed (byte* text = json)
            {
                Library.Check(NativeMethods.mutls_request_set_options(request, text, (UIntPtr)json.Length, out var error), error);
            }
        }

        private unsafe void SetBody(RequestHandle request, out BodyHandle body)
        {
            body = null;
            if (Body != null)
            {
                fixed (byte* data = Body)
                {
                    Library.Check(
                        NativeMethods.mutls_request_set_body_bytes(request, data, (UIntPtr)Body.Length, out var error), error);
                }
            }
            else if (Streamed != null)
            {
                Library.Check(NativeMethods.mutls_request_set_body_pushed(request, Length, out var made, out var error), error);
                body = new BodyHandle(made);
            }
        }
    }
}
