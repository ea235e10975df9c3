using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;

namespace Mutls.Tests
{
    /// <summary>Content that is produced while it is sent: data in pieces (null: without end), then a failure if there is one.</summary>
    internal sealed class Produced : HttpContent
    {
        private readonly byte[] data;
        private readonly int piece;
        private readonly Exception failure;
        private readonly long? announced;
        private readonly TaskCompletionSource<bool> ended =
            new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Produced(byte[] data, int piece, Exception failure, long? announced = null)
        {
            this.data = data;
            this.piece = piece;
            this.failure = failure;
            this.announced = announced;
        }

        /// <summary>Nobody takes from it any more.</summary>
        internal Task Ended => ended.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext context)
        {
            try
            {
                var endless = data ?? new byte[piece];
                for (var at = 0; data == null || at < data.Length; at += piece)
                {
                    var from = data == null ? 0 : at;
                    await stream.WriteAsync(endless, from, Math.Min(piece, endless.Length - from));
                }
                if (failure != null)
                {
                    throw failure;
                }
            }
            finally
            {
                ended.TrySetResult(true);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = announced ?? 0;
            return announced != null;
        }
    }
}
