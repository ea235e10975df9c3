using System;
using System.Diagnostics;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mutls.Tests
{
    public class CancellationTests
    {
        // "At once" beside other suites on two cores; the servers would wait for much longer.
        private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

        [Theory]
        [InlineData("tcp_unaccepted")]
        [InlineData("tcp_silent")]
        public async Task WhileConnecting(string listener)
        {
            foreach (var blocking in new[] { false, true })
            {
                using (var client = Sandbox.Client(o => o.Hosts.Add("localhost")))
                {
                    await EndsAsync(client, new MutlsRequest("GET", Sandbox.Url(listener, "/echo")), blocking);
                }
                if (listener == "tcp_silent")
                {
                    await Sandbox.NothingOpenAsync(listener);
                }
            }
        }

        [Theory]
        [InlineData("silence", false)]
        [InlineData("delay/60000", false)]
        [InlineData("upload-slow?bytes_per_s=20000000", true)]
        public async Task WhileWaitingForTheServer(string path, bool upload)
        {
            foreach (var blocking in new[] { false, true })
            {
                using (var client = Sandbox.Client())
                {
                    var id = Sandbox.NewId();
                    var request = new MutlsRequest(upload ? "POST" : "GET", path) { Headers = { { "x-sandbox-id", id } } };
                    var body = upload ? new Produced(null, 65536, null) : null;
                    request.Content = body;
                    await EndsAsync(client, request, blocking);
                    await Sandbox.SawTheEndAsync(id);
                    if (upload)
                    {
                        await body.Ended;
                    }
                }
            }
        }

        [Fact]
        public async Task WhileTheContentKeepsUsWaiting()
        {
            foreach (var blocking in new[] { false, true })
            {
                using (var client = Sandbox.Client())
                {
                    var id = Sandbox.NewId();
                    var request = new MutlsRequest("POST", "upload")
                    {
                        Content = new Never(), Headers = { { "x-sandbox-id", id } },
                    };
                    await EndsAsync(client, request, blocking);
                    await Sandbox.SawTheEndAsync(id);
                }
            }
        }

        [Fact]
        public async Task WhileTheBodyIsRead()
        {
            using (var client = Sandbox.Client())
            using (var http = new HttpClient(new MutlsHttpHandler(client)))
            {
                var id = Sandbox.NewId();
                var request = new HttpRequestMessage(HttpMethod.Get, Sandbox.Url("required", "/drip?bytes=10&ms=60000"));
                request.Headers.Add("x-sandbox-id", id);
                using (var cancellation = new CancellationTokenSource())
                using (var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
                using (var body = await answer.Content.ReadAsStreamAsync())
                {
                    var clock = Stopwatch.StartNew();
                    cancellation.CancelAfter(200);
                    var ended = await Assert.ThrowsAsync<TaskCanceledException>(
                        () => body.CopyToAsync(System.IO.Stream.Null, 81920, cancellation.Token));
                    Assert.Equal(cancellation.Token, ended.CancellationToken);
                    Assert.Equal(MutlsPhase.Body, Assert.IsType<MutlsCancelledException>(ended.InnerException).Phase);
                    Assert.True(clock.Elapsed < Soon);
                    await Sandbox.SawTheEndAsync(id);
                }
                // The token of the call does not end the body, as with .NET's own handlers.
                using (var cancellation = new CancellationTokenSource())
                {
                    var url = Sandbox.Url("required", "/chunked/100000/1000");
                    var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation.Token);
                    cancellation.Cancel();
                    Assert.Equal(100000, (await answer.Content.ReadAsByteArrayAsync()).Length);
                }
            }
        }

        [Fact]
        public async Task ThroughHttpClient()
        {
            using (var http = new HttpClient(new MutlsHttpHandler(Sandbox.Options())))
            using (var cancellation = new CancellationTokenSource())
            {
                var id = Sandbox.NewId();
                var request = new HttpRequestMessage(HttpMethod.Get, Sandbox.Url("required", "/silence"));
                request.Headers.Add("x-sandbox-id", id);
                var sending = http.SendAsync(request, cancellation.Token);
                Assert.Equal(1, (await Sandbox.LogAsync(id, "seen=1")).Number("seen"));
                cancellation.Cancel();
                await Assert.ThrowsAsync<TaskCanceledException>(() => sending);
                await Sandbox.SawTheEndAsync(id);

                id = Sandbox.NewId();
                request = new HttpRequestMessage(HttpMethod.Get, Sandbox.Url("required", "/silence"));
                request.Headers.Add("x-sandbox-id", id);
                sending = http.SendAsync(request);
                Assert.Equal(1, (await Sandbox.LogAsync(id, "seen=1")).Number("seen"));
                http.CancelPendingRequests();
                await Assert.ThrowsAsync<TaskCanceledException>(() => sending);
                await Sandbox.SawTheEndAsync(id);
            }
        }

        [Fact]
        public async Task ACancelledTokenSendsNothing()
        {
            using (var client = Sandbox.Client())
            {
                var cancelled = new CancellationToken(true);
                var content = new Produced(new byte[10], 1, null);
                var ended = await Assert.ThrowsAsync<TaskCanceledException>(() => client.PostAsync("echo", content, cancelled));
                Assert.True(Assert.IsType<MutlsCancelledException>(ended.InnerException).NotProcessed);
                Assert.False(content.Ended.IsCompleted);
                ended = Assert.Throws<TaskCanceledException>(() => client.Send(new MutlsRequest("GET", "echo"), cancelled));
                Assert.Equal(cancelled, ended.CancellationToken);
                using (var answer = await client.GetAsync("bytes/300000"))
                {
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(
                        () => answer.Body.ReadAsync(new byte[1], 0, 1, cancelled));
                    // A read that did not begin has done no harm.
                    Assert.Equal(300000, (await answer.ReadAsBytesAsync()).Length);
                }
            }
        }

        /// <summary>Content that never comes.</summary>
        private sealed class Never : HttpContent
        {
            protected override async Task SerializeToStreamAsync(System.IO.Stream stream, System.Net.TransportContext context)
            {
                await stream.WriteAsync(new byte[1], 0, 1);
                await new TaskCompletionSource<bool>().Task;
            }

            protected override bool TryComputeLength(out long length)
            {
                length = 0;
                return false;
            }
        }

        private static async Task EndsAsync(MutlsClient client, MutlsRequest request, bool blocking)
        {
            using (var cancellation = new CancellationTokenSource(300))
            {
                var clock = Stopwatch.StartNew();
                var ended = await Assert.ThrowsAsync<TaskCanceledException>(
                    () => blocking
                        ? Task.Run(() => client.Send(request, cancellation.Token))
                        : client.SendAsync(request, cancellation.Token));
                Assert.Equal(cancellation.Token, ended.CancellationToken);
                Assert.Equal(MutlsErrorCode.Cancelled, Assert.IsType<MutlsCancelledException>(ended.InnerException).Code);
                Assert.True(clock.Elapsed < Soon, "it took " + clock.Elapsed);
            }
        }
    }
}
