using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace Mutls
{
    /// <summary>
    /// Header lines in their order; names in any case, and as often as they come. Each character of a value is one byte (Latin-1).
    /// </summary>
    public sealed class MutlsHeaders : IEnumerable<KeyValuePair<string, string>>
    {
        private readonly List<KeyValuePair<string, string>> lines = new List<KeyValuePair<string, string>>();

        /// <summary>How many lines there are.</summary>
        public int Count => lines.Count;

        /// <summary>
        /// The values of a name, joined by <c>", "</c>; null if there are none. Setting replaces them, and null removes them.
        /// </summary>
        /// <param name="name">The name, in any case.</param>
        public string this[string name]
        {
            get
            {
                var values = GetValues(name);
                return values.Count == 0 ? null : string.Join(", ", values);
            }

            set
            {
                Remove(name);
                if (value != null)
                {
                    Add(name, value);
                }
            }
        }

        /// <summary>Adds a line.</summary>
        /// <param name="name">Its name.</param>
        /// <param name="value">Its value.</param>
        public void Add(string name, string value)
        {
            lines.Add(new KeyValuePair<string, string>(
                name ?? throw new ArgumentNullException(nameof(name)), value ?? throw new ArgumentNullException(nameof(value))));
        }

        /// <summary>Every value of a name, in order.</summary>
        /// <param name="name">The name, in any case.</param>
        /// <returns>The values; empty if there are none.</returns>
        public IReadOnlyList<string> GetValues(string name)
        {
            return lines.Where(line => Same(line.Key, name)).Select(line => line.Value).ToList();
        }

        /// <summary>Whether there is a line of that name.</summary>
        /// <param name="name">The name, in any case.</param>
        /// <returns>True if there is.</returns>
        public bool Contains(string name) => lines.Any(line => Same(line.Key, name));

        /// <summary>Removes every line of a name.</summary>
        /// <param name="name">The name, in any case.</param>
        /// <returns>True if there was one.</returns>
        public bool Remove(string name) => lines.RemoveAll(line => Same(line.Key, name)) > 0;

        /// <summary>The lines in their order.</summary>
        /// <returns>Name and value of each.</returns>
        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => lines.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }
}
