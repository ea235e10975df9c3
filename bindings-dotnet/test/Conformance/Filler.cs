using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.Json;

namespace Mutls.Conformance
{
    /// <summary>
    /// Puts a config document into the options' properties, and says no where they have no place for it: unknown keys, wrong types, an
    /// empty list.
    /// </summary>
    internal sealed class Filler
    {
        private readonly Dictionary<string, byte[]> attachments;

        internal Filler(Dictionary<string, byte[]> attachments)
        {
            this.attachments = attachments;
        }

        internal bool Fill(object target, JsonElement tree)
        {
            return tree.ValueKind == JsonValueKind.Object && tree.EnumerateObject().All(member => Set(target, member));
        }

        private bool Set(object target, JsonProperty member)
        {
            var name = string.Concat(member.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)));
            var duration = name.EndsWith("Ms", StringComparison.Ordinal);
            var property = target.GetType().GetProperty(duration ? name.Substring(0, name.Length - 2) : name);
            if (property == null || !property.CanWrite)
            {
                return false;
            }
            var made = Value(property.PropertyType, member.Value, duration);
            if (made != null)
            {
                property.SetValue(target, made);
            }
            return made != null;
        }

        private object Value(Type type, JsonElement value, bool duration)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (type == typeof(MutlsSecret))
            {
                return Secret(value);
            }
            switch (value.ValueKind)
            {
                case JsonValueKind.Null:
                    return duration ? (object)System.Threading.Timeout.InfiniteTimeSpan : null;
                case JsonValueKind.True:
                case JsonValueKind.False:
                    return type == typeof(bool) ? (object)value.GetBoolean() : null;
                case JsonValueKind.Number:
                    return Number(type, value, duration);
                case JsonValueKind.String:
                    return Text(type, value.GetString());
                case JsonValueKind.Array:
                    return List(type, value);
                default:
                    return Object(type, value);
            }
        }

        private static object Number(Type type, JsonElement value, bool duration)
        {
            if (!value.TryGetInt64(out long number) || number < 0)
            {
                return null;
            }
            return duration && number < TimeSpan.MaxValue.TotalMilliseconds ? TimeSpan.FromMilliseconds(number)
                : type == typeof(long) ? number
                : type == typeof(int) && number <= int.MaxValue ? (object)(int)number : null;
        }

        private static object Text(Type type, string text)
        {
            if (type == typeof(MutlsTlsVersion))
            {
                return text == "1.2" ? MutlsTlsVersion.Tls12 : text == "1.3" ? MutlsTlsVersion.Tls13 : (object)null;
            }
            if (type == typeof(MutlsFollow))
            {
                return text == "none" ? MutlsFollow.None
                    : text == "same_origin" ? MutlsFollow.SameOrigin
                    : text == "any" ? MutlsFollow.Any : (object)null;
            }
            return type == typeof(string) ? text
                : type == typeof(MutlsProxy) ? (MutlsProxy)text
                : type == typeof(IList<string>) ? new List<string> { text } : (object)null;
        }

        private object Secret(JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.String)
            {
                return (MutlsSecret)value.GetString();
            }
            return value.Text("ref") is string name && attachments.TryGetValue(name, out byte[] bytes) ? (MutlsSecret)bytes : null;
        }

        private object List(Type type, JsonElement value)
        {
            if (value.GetArrayLength() == 0)
            {
                return null;
            }
            if (type == typeof(IList<string>))
            {
                var strings = value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String);
                return strings ? value.EnumerateArray().Select(one => one.GetString()).ToList() : null;
            }
            if (type == typeof(IList<MutlsIdentity>))
            {
                var list = value.EnumerateArray().Select(one => Object(typeof(MutlsIdentity), one) as MutlsIdentity).ToList();
                return list.Contains(null) ? null : list;
            }
            return null;
        }

        private object Object(Type type, JsonElement value)
        {
            if (type == typeof(IList<MutlsIdentity>))
            {
                return Object(typeof(MutlsIdentity), value) is MutlsIdentity one ? new List<MutlsIdentity> { one } : null;
            }
            if (type == typeof(MutlsHeaders))
            {
                var headers = new MutlsHeaders();
                return Lines(value, headers.Add) ? headers : null;
            }
            if (type == typeof(IDictionary<string, string[]>))
            {
                var addresses = new List<KeyValuePair<string, string>>();
                var fine = Lines(value, (name, one) => addresses.Add(new KeyValuePair<string, string>(name, one)));
                return fine ? addresses.GroupBy(one => one.Key).ToDictionary(g => g.Key, g => g.Select(one => one.Value).ToArray()) : null;
            }
            if (!typeof(DocumentPart).IsAssignableFrom(type))
            {
                return null;
            }
            var made = Activator.CreateInstance(type);
            return Fill(made, value) ? made : null;
        }

        private static bool Lines(JsonElement value, Action<string, string> add)
        {
            foreach (var member in value.EnumerateObject())
            {
                var values = member.Value.ValueKind == JsonValueKind.Array
                    ? member.Value.EnumerateArray().ToArray()
                    : new[] { member.Value };
                if (values.Length == 0 || values.Any(one => one.ValueKind != JsonValueKind.String))
                {
                    return false;
                }
                foreach (var one in values)
                {
                    add(member.Name, one.GetString());
                }
            }
            return value.EnumerateObject().Any();
        }
    }
}
