using System;
using System.Collections.Generic;

namespace Mutls
{
    /// <summary>Bytes that grow: method, URL and header lines on their way to C.</summary>
    internal sealed class Lines
    {
        [ThreadStatic]
        private static Lines spare;

        private Lines()
        {
        }

        internal byte[] Buffer { get; private set; } = new byte[1024];

        internal int Length { get; private set; }

        /// <summary>Headers that would not survive in a block: the library says what is wrong with them.</summary>
        internal List<KeyValuePair<string, string>> Odd { get; private set; }

        /// <summary>An empty one, to be given back on the same thread.</summary>
        internal static Lines Take()
        {
            var taken = spare ?? new Lines();
            spare = null;
            taken.Length = 0;
            taken.Odd = null;
            return taken;
        }

        internal void GiveBack()
        {
            // Headers hold tokens.
            Array.Clear(Buffer, 0, Length);
            spare = this;
        }

        internal void Utf8(string text)
        {
            var most = System.Text.Encoding.UTF8.GetMaxByteCount(text.Length);
            Room(most);
            Length += System.Text.Encoding.UTF8.GetBytes(text, 0, text.Length, Buffer, Length);
        }

        internal void Header(string name, string value)
        {
            if (name.Length == 0 || !Plain(name) || name.IndexOf(':') >= 0 || !Plain(value))
            {
                (Odd = Odd ?? new List<KeyValuePair<string, string>>()).Add(new KeyValuePair<string, string>(name, value));
                return;
            }
            Room(name.Length + value.Length + 4);
            Latin1(name);
            Buffer[Length++] = (byte)':';
            Buffer[Length++] = (byte)' ';
            Latin1(value);
            Buffer[Length++] = (byte)'\r';
            Buffer[Length++] = (byte)'\n';
        }

        private static bool Plain(string text)
        {
            foreach (var character in text)
            {
                if (character == '\r' || character == '\n' || character > 0xFF)
                {
                    return false;
                }
            }
            return true;
        }

        private void Latin1(string text)
        {
            foreach (var character in text)
            {
                Buffer[Length++] = (byte)character;
            }
        }

        private void Room(int more)
        {
            if (Buffer.Length - Length < more)
            {
                var larger = new byte[Math.Max(Buffer.Length * 2, Length + more)];
                System.Buffer.BlockCopy(Buffer, 0, larger, 0, Length);
                Buffer = larger;
            }
        }
    }
}
