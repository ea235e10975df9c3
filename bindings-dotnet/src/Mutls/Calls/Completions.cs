using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Mutls
{
    /// <summary>
    /// Brings completions to those that wait for them. One thread of the process waits for all, and hands them on by the id that they were
    /// submitted with; what continues then does so on the thread pool.
    /// </summary>
    internal sealed class Completions
    {
        private static readonly Lazy<Completions> Lazily = new Lazy<Completions>(() => new Completions());

        private readonly Dictionary<ulong, Waiter> waiting = new Dictionary<ulong, Waiter>();
        private ulong last;

        private Completions()
        {
            Library.Check(NativeMethods.mutls_queue_new(out var queue, out var error), error);
            Queue = new QueueHandle(queue);
            var thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "mutls completions" };
            if (ExecutionContext.IsFlowSuppressed())
            {
                thread.Start();
                return;
            }
            // What the first caller has in its AsyncLocals is none of this thread's business.
            using (ExecutionContext.SuppressFlow())
            {
                thread.Start();
            }
        }

        internal static Completions Shared => Lazily.Value;

        internal QueueHandle Queue { get; }

        /// <summary>Whoever is expected completes exactly once, or is forgotten because nothing was submitted.</summary>
        internal Waiter Expect()
        {
            lock (waiting)
            {
                var waiter = new Waiter(++last);
                waiting.Add(last, waiter);
                return waiter;
            }
        }

        internal void Forget(Waiter waiter)
        {
            lock (waiting)
            {
                waiting.Remove(waiter.Id);
            }
        }

        private void Run()
        {
            // It ends with the process: the queue is never freed.
            while (NativeMethods.mutls_queue_pop(Queue, -1, out var pointer, out var error) == 0)
            {
                Deliver(new CompletionHandle(pointer));
            }
        }

        private void Deliver(CompletionHandle completion)
        {
            Waiter waiter = null;
            if (NativeMethods.mutls_completion_info(completion, out var id, out _, out var status, out _) == 0)
            {
                lock (waiting)
                {
                    if (waiting.TryGetValue(id, out waiter))
                    {
                        waiting.Remove(id);
                    }
                }
            }
            if (waiter == null)
            {
                completion.Dispose();
                return;
            }
            waiter.Failed = status != 0;
            waiter.Complete(completion);
        }
    }

    /// <summary>One who waits for a completion, and owns it then.</summary>
    internal sealed class Waiter : TaskCompletionSource<CompletionHandle>
    {
        // How long a cancelled call may take to say how far it came.
        private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(500);

        internal Waiter(ulong id)
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
            Id = id;
        }

        internal ulong Id { get; }

        /// <summary>What was submitted failed. Set before it completes.</summary>
        internal bool Failed { get; set; }

        /// <summary>The completion; null where the call was cancelled and nothing came of it soon.</summary>
        internal async Task<CompletionHandle> Completion(CancelHandle token, CancellationToken cancellation)
        {
            if (!cancellation.CanBeCanceled)
            {
                return await Task.ConfigureAwait(false);
            }
            using (cancellation.Register(() => Cancel(token)))
            {
                return await Task.ConfigureAwait(false);
            }
        }

        /// <summary>Hands the completion over; what comes too late goes to nobody, and is freed.</summary>
        internal void Complete(CompletionHandle completion)
        {
            if (!TrySetResult(completion))
            {
                completion.Dispose();
            }
        }

        private void Cancel(CancelHandle token)
        {
            token.Cancel();
            System.Threading.Tasks.Task.Delay(LastWords).ContinueWith(
                _ => TrySetResult(null), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
