using System;
using System.Text;

namespace Mutls
{
    /// <summary>
    /// A passphrase, a key, a store: what lies in memory. A string (UTF-8) or an array of bytes converts to one. It goes to the library
    /// apart from the document, into memory that is zeroed.
    /// </summary>
    public sealed class MutlsSecret
    {
        private readonly string text;
        private readonly byte[] bytes;

        private MutlsSecret(string text, byte[] bytes)
        {
            this.text = text;
            this.bytes = bytes;
        }

        /// <summary>The path that it is, where an option takes a path or PEM text.</summary>
        internal string Place =>
            text != null && text.IndexOf("-----BEGIN", StringComparison.Ordinal) < 0 ? text : null;

        /// <summary>A copy, to be overwritten.</summary>
        internal byte[] Bytes() => bytes == null ? Encoding.UTF8.GetBytes(text) : (byte[])bytes.Clone();

        /// <summary>A text: a passphrase, PEM text, or a path where the option takes one.</summary>
        /// <param name="text">The text; null is no secret.</param>
        public static implicit operator MutlsSecret(string text) => text == null ? null : new MutlsSecret(text, null);

        /// <summary>Bytes: the content of a file.</summary>
        /// <param name="bytes">The bytes, which are not copied before they are used; null is no secret.</param>
        public static implicit operator MutlsSecret(byte[] bytes) => bytes == null ? null : new MutlsSecret(null, bytes);

        /// <summary>Never the secret.</summary>
        /// <returns><c>[hidden]</c></returns>
        public override string ToString() => "[hidden]";
    }
}
