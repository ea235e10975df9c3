using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Mutls
{
    /// <summary>A part of the config document, as .NET sees it.</summary>
    public abstract class DocumentPart
    {
        internal DocumentPart()
        {
        }

        internal abstract void Write(Document document);
    }

    /// <summary>A config document in JSON, and beside it the secrets that it refers to. What is null or empty is left out.</summary>
    internal sealed class Document
    {
        private readonly StringBuilder text = new StringBuilder("{");

        internal Document(DocumentPart part)
        {
            part.Write(this);
            text.Append('}');
        }

        /// <summary>Bytes by the name that the document has for them.</summary>
        internal List<KeyValuePair<string, byte[]>> Attachments { get; } = new List<KeyValuePair<string, byte[]>>();

        internal string Json => text.ToString();

        internal bool IsEmpty => text.Length == 2;

        internal void Text(string key, string value)
        {
            if (value != null)
            {
                Key(key);
                Quote(value);
            }
        }

        internal void Number(string key, long? value)
        {
            if (value is long number)
            {
                Key(key);
                text.Append(number.ToString(CultureInfo.InvariantCulture));
            }
        }

        internal void Flag(string key, bool? value)
        {
            if (value is bool flag)
            {
                Key(key);
                text.Append(flag ? "true" : "false");
            }
        }

        /// <summary>In whole milliseconds, rounded up, so that a short limit does not become none. A negative one is no limit.</summary>
        internal void Duration(string key, TimeSpan? value)
        {
            if (value is TimeSpan span)
            {
                Key(key);
                var whole = span.Ticks / TimeSpan.TicksPerMillisecond + (span.Ticks % TimeSpan.TicksPerMillisecond > 0 ? 1 : 0);
                text.Append(span < TimeSpan.Zero ? "null" : whole.ToString(CultureInfo.InvariantCulture));
            }
        }

        internal void List(string key, IList<string> values)
        {
            if (values != null && values.Count > 0)
            {
                Key(key);
                Quote(values);
            }
        }

        internal void Lists(string key, IDictionary<string, string[]> values)
        {
            if (values == null || values.Count == 0)
            {
                return;
            }
            Open(key, '{');
            foreach (var pair in values)
            {
                List(pair.Key, pair.Value);
            }
            text.Append('}');
        }

        internal void Headers(string key, MutlsHeaders headers)
        {
            if (headers == null || headers.Count == 0)
            {
                return;
            }
            Open(key, '{');
            foreach (var same in headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
            {
                var values = same.Select(header => header.Value).ToArray();
                if (values.Length == 1)
                {
                    Text(same.Key, values[0]);
                }
                else
                {
                    List(same.Key, values);
                }
            }
            text.Append('}');
        }

        internal void Object(string key, DocumentPart part)
        {
            if (part != null)
            {
                Open(key, '{');
                part.Write(this);
                text.Append('}');
            }
        }

        internal void Objects(string key, IList<MutlsIdentity> parts)
        {
            if (parts == null || parts.Count == 0)
            {
                return;
            }
            Open(key, '[');
            foreach (var part in parts)
            {
                Comma();
                text.Append('{');
                (part ?? throw new ArgumentException("mutls: an identity is null")).Write(this);
                text.Append('}');
            }
            text.Append(']');
        }

        internal void Proxy(string key, MutlsProxy proxy)
        {
            if (proxy != null && proxy.IsUrlAlone)
            {
                Text(key, proxy.Url);
            }
            else
            {
                Object(key, proxy);
            }
        }

        internal void Version(string key, MutlsTlsVersion? version)
        {
            Text(key, version == null ? null : version == MutlsTlsVersion.Tls12 ? "1.2" : "1.3");
        }

        internal void Follow(string key, MutlsFollow? follow)
        {
            var words = new[] { "none", "same_origin", "any" };
            Text(key, follow == null ? null : words[(int)follow]);
        }

        /// <summary>A secret goes to the library beside the document, where it is zeroed after use.</summary>
        internal void Secret(string key, MutlsSecret secret)
        {
            if (secret != null)
            {
                Key(key);
                Reference(key, secret);
            }
        }

        private void Reference(string key, MutlsSecret secret)
        {
            var name = key + "-" + Attachments.Count.ToString(CultureInfo.InvariantCulture);
            Attachments.Add(new KeyValuePair<string, byte[]>(name, secret.Bytes()));
            text.Append('{');
            Text("ref", name);
            text.Append('}');
        }

        /// <summary>The flat short forms name a file or hold its content.</summary>
        internal void PlaceOrSecret(string key, MutlsSecret secret)
        {
            if (secret != null && secret.Place != null)
            {
                Text(key, secret.Place);
            }
            else
            {
                Secret(key, secret);
            }
        }

        /// <summary>Inputs of tools: files by their names, or contents.</summary>
        internal void Secrets(string key, IList<MutlsSecret> values)
        {
            if (values == null || values.Count == 0)
            {
                return;
            }
            Open(key, '[');
            foreach (var value in values)
            {
                var place = (value ?? throw new ArgumentException("mutls: an element of " + key + " is null")).Place;
                Comma();
                if (place != null)
                {
                    Quote(place);
                }
                else
                {
                    Reference(key, value);
                }
            }
            text.Append(']');
        }

        /// <summary>Overwrites the copies of secrets; their originals are the caller's.</summary>
        internal void Wipe()
        {
            foreach (var attachment in Attachments)
            {
                Array.Clear(attachment.Value, 0, attachment.Value.Length);
            }
            text.Clear();
        }

        private void Comma()
        {
            var last = text[text.Length - 1];
            if (last != '{' && last != '[')
            {
                text.Append(',');
            }
        }

        private void Key(string key)
        {
            Comma();
            Quote(key);
            text.Append(':');
        }

        private void Open(string key, char bracket)
        {
            Key(key);
            text.Append(bracket);
        }

        private void Quote(IEnumerable<string> values)
        {
            text.Append('[');
            foreach (var value in values)
            {
                Comma();
                Quote(value ?? "");
            }
            text.Append(']');
        }

        private void Quote(string value)
        {
            text.Append('"');
            foreach (var character in value)
            {
                if (character == '"' || character == '\\')
                {
                    text.Append('\\').Append(character);
                }
                else if (character < ' ' || char.IsSurrogate(character))
                {
                    text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    text.Append(character);
                }
            }
            text.Append('"');
        }
    }
}
