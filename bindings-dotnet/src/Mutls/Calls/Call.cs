using System;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls
{
    /// <summary>The life of one call, up to the head of its answer.</summary>
    internal static class Call
    {
        /// <summary>Submits the request, and waits without a thread.</summary>
        internal static async Task<Answer> SendAsync(
            ClientHandle client, Connections connections, Outgoing outgoing, CancellationToken cancellation)
        {
            if (cancellation.IsCancellationRequested)
            {
                throw Ended(MutlsException.Cancelled(), cancellation);
            }
            var token = CancelHandle.Make();
            Upload upload = null;
            ResponseHandle response = null;
            try
            {
                var waiter = Submit(client, outgoing, token, out BodyHandle body);
                if (body != null)
                {
                    upload = new Upload(body, outgoing.Streamed, false);
                    _ = upload.PushAsync(cancellation);
                }
                using (var completion = await waiter.Completion(token, cancellation).ConfigureAwait(false))
                {
                    response = Outcome(waiter, completion, upload, cancellation);
                }
                return Answer.Of(outgoing, response, token, connections);
            }
            catch
            {
                response?.Dispose();
                token.Dispose();
                throw;
            }
        }

        /// <summary>Makes the call on the calling thread, which is the quickest way.</summary>
        internal static Answer Send(
            ClientHandle client, Connections connections, Outgoing outgoing, CancellationToken cancellation)
        {
            if (cancellation.IsCancellationRequested)
            {
                throw Ended(MutlsException.Cancelled(), cancellation);
            }
            var token = CancelHandle.Make();
            ResponseHandle response = null;
            try
            {
                using (cancellation.Register(token.Cancel))
                {
                    response = outgoing.Streamed == null
                        ? SendWhole(client, outgoing, token, cancellation)
                        : SendStreamed(client, outgoing, token, cancellation);
                }
                return Answer.Of(outgoing, response, token, connections);
            }
            catch
            {
                response?.Dispose();
                token.Dispose();
                throw;
            }
        }

        /// <summary>How a failed call ends for its caller: as cancelled, where that is what happened.</summary>
        internal static Exception Ended(MutlsException failure, CancellationToken cancellation)
        {
            return failure.Code == MutlsErrorCode.Cancelled && cancellation.IsCancellationRequested
                ? new TaskCanceledException(failure.Summary, failure, cancellation)
                : (Exception)failure;
        }

        private static ResponseHandle SendWhole(
            ClientHandle client, Outgoing outgoing, CancelHandle token, CancellationToken cancellation)
        {
            using (var request = outgoing.Make(token, out _))
            {
                var status = NativeMethods.mutls_client_send(client, request, out var response, out var error);
                return status == 0 ? new ResponseHandle(response) : throw Ended(Library.Take(error), cancellation);
            }
        }

        private static ResponseHandle SendStreamed(
            ClientHandle client, Outgoing outgoing, CancelHandle token, CancellationToken cancellation)
        {
            var waiter = Submit(client, outgoing, token, out var body);
            var upload = new Upload(body, outgoing.Streamed, true);
            // Here, as far as the content does not wait for something itself.
            _ = upload.PushAsync(cancellation);
            using (var completion = waiter.Task.GetAwaiter().GetResult())
            {
                return Outcome(waiter, completion, upload, cancellation);
            }
        }

        private static Waiter Submit(ClientHandle client, Outgoing outgoing, CancelHandle token, out BodyHandle body)
        {
            var completions = Completions.Shared;
            using (var request = outgoing.Make(token, out body))
            {
                var waiter = completions.Expect();
                if (NativeMethods.mutls_client_submit(client, request, waiter.Id, completions.Queue, out var error) == 0)
                {
                    return waiter;
                }
                completions.Forget(waiter);
                body?.Dispose();
                throw Library.Take(error);
            }
        }

        private static ResponseHandle Outcome(
            Waiter waiter, CompletionHandle completion, Upload upload, CancellationToken cancellation)
        {
            if (completion == null)
            {
                throw Ended(MutlsException.Cancelled(), cancellation);
            }
            return waiter.Failed ? throw Ended(completion.Failure(upload?.Cause), cancellation) : completion.Response();
        }
    }
}
