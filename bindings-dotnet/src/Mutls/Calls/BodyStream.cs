using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls
{
    /// <summary>What streams of answers have in common: they are read forwards alone.</summary>
    internal abstract class AnswerStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(new Span<byte>(buffer, offset, count));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellation)
        {
            return ReadAsync(new Memory<byte>(buffer, offset, count), cancellation).AsTask();
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>
    /// Streams the body of an answer. A body that is cut short is an exception, never an end; closing before the end closes the
    /// connection.
    /// </summary>
    internal sealed class BodyStream : AnswerStream
    {
        // The most that the library gives at once.
        private const int Most = 256 * 1024;

        private readonly ResponseHandle response;
        private readonly CancelHandle token;
        private readonly object gate = new object();

        // What is still to come, where that is known; else negative.
        private long left;
        private bool reading;
        private bool closed;
        private bool ended;
        private Exception failure;

        internal BodyStream(ResponseHandle response, CancelHandle token, long length)
        {
            this.response = response;
            this.token = token;
            left = length < 0 ? -1 : length;
        }

        public override int Read(Span<byte> buffer)
        {
            if (!Begin(buffer.Length))
            {
                return 0;
            }
            var read = 0;
            try
            {
                read = ReadNow(buffer);
                Follow(read);
                return read;
            }
            catch (Exception problem)
            {
                failure = problem;
                throw;
            }
            finally
            {
                End(read);
            }
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellation = default(CancellationToken))
        {
            if (cancellation.IsCancellationRequested)
            {
                throw Call.Ended(MutlsException.Cancelled(MutlsPhase.Body), cancellation);
            }
            if (!Begin(buffer.Length))
            {
                return 0;
            }
            var read = 0;
            try
            {
                var waiter = Submit(Math.Min(buffer.Length, Most));
                using (var completion = await waiter.Completion(token, cancellation).ConfigureAwait(false))
                {
                    if (completion == null)
                    {
                        throw Call.Ended(MutlsException.Cancelled(MutlsPhase.Body), cancellation);
                    }
                    if (waiter.Failed)
                    {
                        throw Call.Ended(completion.Failure(), cancellation);
                    }
                    read = Copy(completion, buffer.Span);
                }
                Follow(read);
                return read;
            }
            catch (Exception problem)
            {
                failure = problem;
                throw;
            }
            finally
            {
                End(read);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                bool free;
                lock (gate)
                {
                    closed = true;
                    free = !reading;
                }
                if (free)
                {
                    Release();
                }
                else
                {
                    // The read that is under way ends, and frees what there is.
                    token.Cancel();
                }
            }
            base.Dispose(disposing);
        }

        /// <summary>False where there is nothing to read.</summary>
        private bool Begin(int room)
        {
            lock (gate)
            {
                if (closed)
                {
                    throw new ObjectDisposedException(nameof(Stream), "The body of the answer was closed.");
                }
                if (reading)
                {
                    throw new InvalidOperationException("Another read of this body is under way.");
                }
                if (failure != null)
                {
                    throw failure is MutlsException known ? known.With(known.InnerException) : failure;
                }
                reading = !ended && room > 0;
                return reading;
            }
        }

        private void End(int read)
        {
            bool free;
            lock (gate)
            {
                reading = false;
                ended = read == 0 || ended;
                free = ended || closed || failure != null;
            }
            if (free)
            {
                Release();
            }
        }

        private void Release()
        {
            response.Dispose();
            token.Dispose();
        }

        /// <summary>Behind the last byte the end is at hand; once it is seen the connection is free for others.</summary>
        private void Follow(int read)
        {
            if (left < 0 || read == 0)
            {
                return;
            }
            left -= read;
            if (left <= 0)
            {
                Span<byte> surplus = new byte[1];
                ended = ReadNow(surplus) == 0;
            }
        }

        private unsafe int ReadNow(Span<byte> buffer)
        {
            fixed (byte* data = &MemoryMarshal.GetReference(buffer))
            {
                Library.Check(
                    NativeMethods.mutls_response_read(response, data, (UIntPtr)buffer.Length, out var read, out var error), error);
                return (int)read;
            }
        }

        private Waiter Submit(int room)
        {
            var completions = Completions.Shared;
            var waiter = completions.Expect();
            if (NativeMethods.mutls_response_submit_read(
                response, (UIntPtr)room, waiter.Id, completions.Queue, out var error) != 0)
            {
                completions.Forget(waiter);
                throw Library.Take(error);
            }
            return waiter;
        }

        private static unsafe int Copy(CompletionHandle completion, Span<byte> buffer)
        {
            Library.Check(NativeMethods.mutls_completion_bytes(completion, out var data, out var length, out var error), error);
            new ReadOnlySpan<byte>(data, (int)length).CopyTo(buffer);
            return (int)length;
        }
    }

    /// <summary>A body that failed while it was at hand: the bytes that came, then the failure.</summary>
    internal sealed class FailedStream : AnswerStream
    {
        private readonly byte[] bytes;
        private readonly MutlsException failure;
        private int at;

        internal FailedStream(byte[] bytes, MutlsException failure)
        {
            this.bytes = bytes;
            this.failure = failure;
        }

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, bytes.Length - at);
            if (count == 0 && buffer.Length > 0 && failure != null)
            {
                throw failure.With(null);
            }
            new ReadOnlySpan<byte>(bytes, at, count).CopyTo(buffer);
            at += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellation = default(CancellationToken))
        {
            if (cancellation.IsCancellationRequested)
            {
                return new ValueTask<int>(Task.FromCanceled<int>(cancellation));
            }
            try
            {
                return new ValueTask<int>(Read(buffer.Span));
            }
            catch (MutlsException problem)
            {
                return new ValueTask<int>(Task.FromException<int>(problem));
            }
        }
    }
}
