using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Mutls
{
    /// <summary>Owns an object of the library. A call that uses it keeps it; delete order never matters.</summary>
    internal abstract class Handle : SafeHandle
    {
        private static long alive;

        protected Handle(IntPtr pointer)
            : base(IntPtr.Zero, true)
        {
            SetHandle(pointer);
            if (pointer != IntPtr.Zero)
            {
                Interlocked.Increment(ref alive);
            }
        }

        /// <summary>How many objects of the library this process owns: leaks are counted, not guessed.</summary>
        internal static long Alive => Interlocked.Read(ref alive);

        public override bool IsInvalid => handle == IntPtr.Zero;

        protected abstract void Free(IntPtr pointer);

        protected sealed override bool ReleaseHandle()
        {
            Interlocked.Decrement(ref alive);
            Free(handle);
            return true;
        }
    }

    internal sealed class ConfigHandle : Handle
    {
        internal ConfigHandle(IntPtr pointer) : base(pointer) { }

        protected override void Free(IntPtr pointer) => NativeMethods.mutls_config_free(pointer);
    }

    internal sealed class ClientHandle : Handle
    {
        internal ClientHandle(IntPtr pointer) : base(pointer) { }

        protected override void Free(IntPtr pointer) => NativeMethods.mutls_client_free(pointer);
    }

    internal sealed class RequestHandle : Handle
    {
        internal RequestHandle(IntPtr pointer) : base(pointer) { }

        protected override void Free(IntPtr pointer) => NativeMethods.mutls_request_free(pointer);
    }

    internal sealed class BodyHandle : Handle
    {
        internal BodyHandle(IntPtr pointer) : base(pointer) { }

        protected override void Free(IntPtr pointer) => NativeMethods.mutls_body_free(pointer);
    }

    internal sealed class ResponseHandle : Handle
    {
        internal ResponseHandle(IntPtr pointer) : base(pointer) { }

        protected override void Free(IntPtr pointer) => NativeMethods.mutls_response_free(pointer);
    }

    internal sealed class QueueHandle : Handle
    {
        internal QueueHandle(IntPtr pointer) : base(pointer) { }

        protected override void Free(IntPtr pointer) => NativeMethods.mutls_queue_free(pointer);
    }

    internal sealed class ReportHandle : Handle
    {
        internal ReportHandle(IntPtr pointer) : base(pointer) { }

        protected override void Free(IntPtr pointer) => NativeMethods.mutls_report_free(pointer);
    }

    internal sealed class CompletionHandle : Handle
    {
        internal CompletionHandle(IntPtr pointer) : base(pointer) { }

        protected override void Free(IntPtr pointer) => NativeMethods.mutls_completion_free(pointer);

        /// <summary>The error of a submission that failed, or null.</summary>
        internal MutlsException Failure(Exception cause = null)
        {
            Library.Check(NativeMethods.mutls_completion_take_error(this, out var failure, out var error), error);
            return failure == IntPtr.Zero ? null : Library.Take(failure, cause);
        }

        internal ResponseHandle Response()
        {
            Library.Check(NativeMethods.mutls_completion_take_response(this, out var response, out var error), error);
            return new ResponseHandle(response);
        }
    }

    internal sealed class CancelHandle : Handle
    {
        private CancelHandle(IntPtr pointer) : base(pointer) { }

        internal static CancelHandle Make()
        {
            Library.Check(NativeMethods.mutls_cancel_token_new(out var token, out var error), error);
            return new CancelHandle(token);
        }

        /// <summary>Cancels the call, in whatever phase it is; nothing happens when it is over.</summary>
        internal void Cancel()
        {
            try
            {
                Library.Ignore(NativeMethods.mutls_cancel_token_cancel(this, out var error), error);
            }
            catch (ObjectDisposedException)
            {
                // The call ended meanwhile.
            }
        }

        protected override void Free(IntPtr pointer) => NativeMethods.mutls_cancel_token_free(pointer);
    }
}
