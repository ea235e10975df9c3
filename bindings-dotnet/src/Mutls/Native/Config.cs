using System;
using System.Collections.Generic;
using System.Text;

namespace Mutls
{
    /// <summary>A config document on its way to C.</summary>
    internal static unsafe class Config
    {
        internal static T Use<T>(DocumentPart options, Func<ConfigHandle, T> use)
        {
            var document = new Document(options);
            try
            {
                return Use(document.Json, document.Attachments, use);
            }
            finally
            {
                document.Wipe();
            }
        }

        internal static T Use<T>(
            string json, IEnumerable<KeyValuePair<string, byte[]>> attachments, Func<ConfigHandle, T> use)
        {
            using (var config = Read(json))
            {
                foreach (var attachment in attachments ?? new KeyValuePair<string, byte[]>[0])
                {
                    Attach(config, Encoding.UTF8.GetBytes(attachment.Key), attachment.Value ?? new byte[0]);
                }
                return use(config);
            }
        }

        private static ConfigHandle Read(string json)
        {
            _ = Library.Version;
            var text = Encoding.UTF8.GetBytes(json);
            try
            {
                fixed (byte* data = text)
                {
                    Library.Check(NativeMethods.mutls_config_new(data, (UIntPtr)text.Length, out var config, out var error), error);
                    return new ConfigHandle(config);
                }
            }
            finally
            {
                Array.Clear(text, 0, text.Length);
            }
        }

        private static void Attach(ConfigHandle config, byte[] name, byte[] value)
        {
            fixed (byte* n = name, v = value)
            {
                Library.Check(
                    NativeMethods.mutls_config_set_bytes(
                        config, n, (UIntPtr)name.Length, v, (UIntPtr)value.Length, out var error), error);
            }
        }
    }
}
