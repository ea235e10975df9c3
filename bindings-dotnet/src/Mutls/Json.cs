using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Mutls
{
    /// <summary>
    /// Reads the JSON that the library writes (reports and errors), so that the assembly needs no package. Objects become
    /// dictionaries, lists lists, numbers doubles.
    /// </summary>
    internal sealed class Json
    {
        private readonly string text;
        private int at;

        private Json(string text)
        {
            this.text = text;
        }

        internal static object Parse(string text)
        {
            var json = new Json(text);
            var value = json.Value();
            json.Space();
            return json.at == text.Length ? value : throw json.Odd();
        }

        private FormatException Odd() => new FormatException("mutls: no JSON at " + at);

        private void Space()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }
        }

        private char Peek()
        {
            Space();
            return at < text.Length ? text[at] : throw Odd();
        }

        private void Take(string word)
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
            {
                throw Odd();
            }
            at += word.Length;
        }

        private object Value()
        {
            switch (Peek())
            {
                case '{': return Object();
                case '[': return List();
                case '"': return String();
                case 't': Take("true"); return true;
                case 'f': Take("false"); return false;
                case 'n': Take("null"); return null;
                default: return Number();
            }
        }

        private bool More(char end)
        {
            var next = Peek();
            at++;
            return next == ',' ? true : next == end ? false : throw Odd();
        }

        private Dictionary<string, object> Object()
        {
            var members = new Dictionary<string, object>();
            at++;
            if (Peek() == '}')
            {
                at++;
                return members;
            }
            do
            {
                Peek();
                var name = String();
                Peek();
                Take(":");
                members[name] = Value();
            }
            while (More('}'));
            return members;
        }

        private List<object> List()
        {
            var elements = new List<object>();
            at++;
            if (Peek() == ']')
            {
                at++;
                return elements;
            }
            do
            {
                elements.Add(Value());
            }
            while (More(']'));
            return elements;
        }

        private object Number()
        {
            var from = at;
            while (at < text.Length && "+-.eE0123456789".IndexOf(text[at]) >= 0)
            {
                at++;
            }
            return double.TryParse(text.Substring(from, at - from), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? (object)number
                : throw Odd();
        }

        private string String()
        {
            Take("\"");
            var end = text.IndexOfAny(new[] { '"', '\\' }, at);
            if (end >= 0 && text[end] == '"')
            {
                var plain = text.Substring(at, end - at);
                at = end + 1;
                return plain;
            }
            var value = new StringBuilder();
            for (; at < text.Length && text[at] != '"'; at++)
            {
                value.Append(text[at] == '\\' ? Escaped() : text[at]);
            }
            Take("\"");
            return value.ToString();
        }

        private char Escaped()
        {
            at++;
            var kind = at < text.Length ? text[at] : throw Odd();
            var simple = "bfnrt".IndexOf(kind);
            if (simple >= 0)
            {
                return "\b\f\n\r\t"[simple];
            }
            if (kind != 'u')
            {
                return kind;
            }
            at += 4;
            return at < text.Length
                ? (char)ushort.Parse(text.Substring(at - 3, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                : throw Odd();
        }
    }
}
