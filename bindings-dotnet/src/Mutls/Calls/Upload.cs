using System;
using System.IO;
using System.Net.Http;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls
{
    /// <summary>A request body on its way: content is copied to it, as fast as the library takes it.</summary>
    internal sealed class Upload : Stream
    {
        // The most that is handed over at once.
        private const int Piece = 128 * 1024;

        private readonly BodyHandle body;
        private readonly HttpContent content;

        // Writes wait on the calling thread.
        private readonly bool blocking;
        private bool over;

        internal Upload(BodyHandle body, HttpContent content, bool blocking)
        {
            this.body = body;
            this.content = content;
            this.blocking = blocking;
        }

        /// <summary>What the content itself failed with.</summary>
        internal Exception Cause { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <summary>Copies the content, until it ends or the request does. Never fails: the request's outcome tells.</summary>
        internal async Task PushAsync(CancellationToken cancellation)
        {
            using (body)
            {
                try
                {
#if NET5_0_OR_GREATER
                    await content.CopyToAsync(this, cancellation).ConfigureAwait(false);
#else
                    await content.CopyToAsync(this).ConfigureAwait(false);
#endif
                    Library.Ignore(NativeMethods.mutls_body_finish(body, out IntPtr error), error);
                }
                catch (Exception failure) when (!over)
                {
                    Abort(failure);
                }
                catch
                {
                    // The request ended before its body did.
                }
            }
        }

        private unsafe void Abort(Exception failure)
        {
            // HttpContent wraps what streams throw.
            Cause = failure is HttpRequestException && failure.InnerException != null ? failure.InnerException : failure;
            var reason = Encoding.UTF8.GetBytes(Cause.Message);
            fixed (byte* text = reason)
            {
                Library.Ignore(NativeMethods.mutls_body_abort(body, text, (UIntPtr)reason.Length, out var error), error);
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellation)
        {
            return WriteAllAsync(new ReadOnlyMemory<byte>(buffer, offset, count));
        }

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellation = default(CancellationToken))
        {
            return new ValueTask(WriteAllAsync(buffer));
        }

        // The call's own token ends it.
        private async Task WriteAllAsync(ReadOnlyMemory<byte> buffer)
        {
            if (blocking)
            {
                Write(buffer.Span);
                return;
            }
            while (!buffer.IsEmpty)
            {
                var piece = buffer.Slice(0, Math.Min(buffer.Length, Piece));
                buffer = buffer.Slice(piece.Length);
                var waiter = Submit(piece.Span);
                using (await waiter.Task.ConfigureAwait(false))
                {
                    if (waiter.Failed)
                    {
                        throw Ended();
                    }
                }
            }
        }

        private unsafe Waiter Submit(ReadOnlySpan<byte> piece)
        {
            var completions = Completions.Shared;
            var waiter = completions.Expect();
            fixed (byte* data = &MemoryMarshal.GetReference(piece))
            {
                if (!Library.Ignore(
                    NativeMethods.mutls_body_submit_write(
                        body, data, (UIntPtr)piece.Length, waiter.Id, completions.Queue, out var error), error))
                {
                    completions.Forget(waiter);
                    throw Ended();
                }
            }
            return waiter;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(new ReadOnlySpan<byte>(buffer, offset, count));

        public override unsafe void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.IsEmpty)
            {
                return;
            }
            fixed (byte* data = &MemoryMarshal.GetReference(buffer))
            {
                if (!Library.Ignore(NativeMethods.mutls_body_write(body, data, (UIntPtr)buffer.Length, out var error), error))
                {
                    throw Ended();
                }
            }
        }

        private IOException Ended()
        {
            over = true;
            return new IOException("mutls: the request has ended; its own outcome says why");
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellation) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
