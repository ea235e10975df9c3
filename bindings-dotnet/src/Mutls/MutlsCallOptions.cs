using System;

namespace Mutls
{
    /// <summary>What is different for one call. What is null stays as the client has it.</summary>
    public sealed class MutlsCallOptions : DocumentPart
    {
        /// <summary>The limit of the whole call, its body included, in place of every other; <see cref="Timeouts"/> adds to it.</summary>
        public TimeSpan? Timeout { get; set; }

        /// <summary>The limits that differ from the client's; <c>Timeout.InfiniteTimeSpan</c> lifts one.</summary>
        public MutlsTimeouts Timeouts { get; set; }

        /// <summary>Decode gzip and brotli bodies, and offer them.</summary>
        public bool? Decompress { get; set; }

        /// <summary>Which redirects are followed.</summary>
        public MutlsFollow? Follow { get; set; }

        internal override void Write(Document document)
        {
            document.Duration("timeout_ms", Timeout);
            document.Object("timeouts", Timeouts);
            document.Flag("decompress", Decompress);
            document.Object("redirects", Follow == null ? null : new MutlsRedirects { Follow = Follow });
        }
    }
}
