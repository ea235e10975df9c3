// The compiler leaves calls to traces out without it.
#define TRACE

using System;
using System.Diagnostics;

namespace Mutls
{
    /// <summary>The events of one client: they wait in a queue of the library until a call returns, so that no foreign thread runs user code.</summary>
    internal sealed unsafe class Events
    {
        private readonly QueueHandle queue;
        private readonly Action<MutlsEvent> observer;

        internal Events(Action<MutlsEvent> observer)
        {
            this.observer = observer;
            Library.Check(NativeMethods.mutls_queue_new(out var made, out var error), error);
            queue = new QueueHandle(made);
        }

        internal void Begin(ClientHandle client)
        {
            Library.Check(NativeMethods.mutls_client_observe(client, queue, 0, out var error), error);
            Tell();
        }

        internal void Tell()
        {
            for (var one = Next(); one != null; one = Next())
            {
                try
                {
                    observer(one);
                }
                catch (Exception fault)
                {
                    // Whatever it does, the call goes on.
                    Trace.TraceError("mutls: an observer of events failed: " + fault);
                }
            }
        }

        private MutlsEvent Next()
        {
            var status = NativeMethods.mutls_queue_pop(queue, 0, out var pointer, out var error);
            if (!Library.Ignore(status, error) || pointer == IntPtr.Zero)
            {
                return null;
            }
            using (var completion = new CompletionHandle(pointer))
            {
                status = NativeMethods.mutls_completion_bytes(completion, out var data, out var length, out error);
                return Library.Ignore(status, error) ? new MutlsEvent(Library.Text(data, length)) : null;
            }
        }
    }
}
