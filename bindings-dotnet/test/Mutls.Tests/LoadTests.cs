using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mutls.Tests
{
    public class LoadTests
    {
        [Fact]
        public async Task AThousandInFlight()
        {
            const int many = 1000;
            var options = new MutlsClientOptions { Proxy = "none", Pool = new MutlsPool { MaxIdle = many } };
            using (var http = new HttpClient(new MutlsHttpHandler(options)) { Timeout = Timeout.InfiniteTimeSpan })
            using (var cancellation = new CancellationTokenSource())
            {
                var id = Sandbox.NewId();
                http.DefaultRequestHeaders.Add("x-sandbox-id", id);
                (await http.GetAsync(Sandbox.Url("plain", "/echo"))).Dispose();
                var managed = ThreadPool.ThreadCount;
                var silence = new MutlsCallOptions { Timeouts = new MutlsTimeouts { FirstByte = Timeout.InfiniteTimeSpan } };
                var calls = Enumerable.Range(0, many).Select(_ =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Get, Sandbox.Url("plain", "/silence"));
                    request.SetMutlsOptions(silence);
                    return http.SendAsync(request, cancellation.Token);
                }).ToList();
                var seen = await Sandbox.LogAsync(id, "seen=" + (many + 1) + "&wait_ms=60000");
                Assert.Equal(many + 1, seen.Number("seen"));
                var pool = ThreadPool.ThreadCount;
                var threads = Process.GetCurrentProcess().Threads.Count;
                Console.WriteLine("  " + many + " in flight: " + threads + " threads, " + pool + " of them .NET's pool (" + managed + " before)");
                Assert.True(pool < managed + 50, "calls hold threads of the pool: " + pool);
                cancellation.Cancel();
                foreach (var call in calls)
                {
                    await Assert.ThrowsAsync<TaskCanceledException>(() => call);
                }
                Assert.Equal(many, (await Sandbox.LogAsync(id, "aborted=" + many + "&wait_ms=60000")).Number("aborted"));
                (await http.GetAsync(Sandbox.Url("plain", "/echo"))).Dispose();
            }
        }

        [Fact]
        public async Task DisposingWithCallsInFlight()
        {
            for (var round = 0; round < 5; round++)
            {
                var id = Sandbox.NewId();
                var http = new HttpClient(new MutlsHttpHandler(Sandbox.Options()));
                http.DefaultRequestHeaders.Add("x-sandbox-id", id);
                var calls = Enumerable.Range(0, 20).Select(_ => http.GetAsync(Sandbox.Url("required", "/silence"))).ToList();
                var answer = await http.GetAsync(
                    Sandbox.Url("required", "/drip?bytes=1000&ms=1000"), HttpCompletionOption.ResponseHeadersRead);
                var reading = answer.Content.CopyToAsync(Stream.Null);
                await Sandbox.LogAsync(id, "seen=21");
                http.Dispose();
                foreach (var call in calls)
                {
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
                }
                await Assert.ThrowsAsync<HttpRequestException>(() => reading);
                Assert.Equal(21, (await Sandbox.LogAsync(id, "aborted=21")).Number("aborted"));
            }
            // The handler alone, without HttpClient's own cancelling; and the client, under blocking calls.
            var handler = new MutlsHttpHandler(Sandbox.Options());
            var invoker = new HttpMessageInvoker(handler);
            var ours = Sandbox.NewId();
            var request = new HttpRequestMessage(HttpMethod.Get, Sandbox.Url("required", "/silence"));
            request.Headers.Add("x-sandbox-id", ours);
            var silent = invoker.SendAsync(request, CancellationToken.None);
            await Sandbox.LogAsync(ours, "seen=1");
            handler.Dispose();
            var ended = await Assert.ThrowsAsync<HttpRequestException>(() => silent);
            Assert.IsType<MutlsCancelledException>(ended.InnerException);
            var client = Sandbox.Client();
            ours = Sandbox.NewId();
            var blocked = Task.Run(() => client.Send(new MutlsRequest("GET", "silence") { Headers = { { "x-sandbox-id", ours } } }));
            await Sandbox.LogAsync(ours, "seen=1");
            client.Dispose();
            await Assert.ThrowsAsync<MutlsCancelledException>(() => blocked);
        }

        [Fact]
        public async Task TheCollectorAllTheTime()
        {
            using (var stop = new CancellationTokenSource())
            {
                var collecting = Task.Factory.StartNew(
                    () =>
                    {
                        while (!stop.IsCancellationRequested)
                        {
                            GC.Collect(2, GCCollectionMode.Forced, true, true);
                            GC.WaitForPendingFinalizers();
                        }
                    },
                    TaskCreationOptions.LongRunning);
                // What is forgotten is collected in the middle of other calls: clients, answers, unread bodies.
                var calls = Enumerable.Range(0, 4).Select(n => Task.Run(async () =>
                {
                    for (var i = 0; i < 25; i++)
                    {
                        var http = new HttpClient(new MutlsHttpHandler(Sandbox.Options()));
                        var url = Sandbox.Url("required");
                        Assert.Equal(200000, (await http.GetByteArrayAsync(url + "bytes/200000")).Length);
                        var content = new Produced(new byte[200000], 5000, null);
                        Assert.Equal(200000, (await (await http.PostAsync(url + "echo", content)).JsonAsync()).Number("body_length"));
                        await http.GetAsync(url + "large/100000000", HttpCompletionOption.ResponseHeadersRead);
                        _ = http.GetAsync(url + "delay/50");
                        new MutlsClient(Sandbox.Options()).Send(new MutlsRequest("GET", "chunked/100000/100")).Body.Read(new byte[10], 0, 10);
                    }
                })).ToList();
                await Task.WhenAll(calls);
                stop.Cancel();
                await collecting;
            }
        }

        [Fact]
        public async Task WhatIsForgottenIsFreed()
        {
            var id = Sandbox.NewId();
            await ForgetAsync(id);
            for (var i = 0; i < 200; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                if ((await Sandbox.LogAsync(id, "aborted=1&wait_ms=50")).Number("aborted") == 1)
                {
                    return;
                }
            }
            Assert.True(false, "the server did not see the connection close");
        }

        private static async Task ForgetAsync(string id)
        {
            var client = Sandbox.Client();
            var request = new MutlsRequest("GET", "large/1000000000") { Headers = { { "x-sandbox-id", id } } };
            await client.SendAsync(request);
        }

        [Fact]
        public async Task NoHandleLeaksOverAHundredThousandRequests()
        {
            const int requests = 100000;
            const int atOnce = 32;
            using (var nginx = new Nginx())
            using (var client = new MutlsClient(new MutlsClientOptions { Proxy = "none" }))
            using (var http = new HttpClient(new MutlsHttpHandler(client)) { BaseAddress = new Uri(nginx.Url) })
            {
                await LoadAsync(http, 2000, atOnce);
                var handles = Settled(client);
                var descriptors = Directory.GetFiles("/proc/self/fd").Length;
                var clock = Stopwatch.StartNew();
                await LoadAsync(http, requests, atOnce);
                var after = Settled(client);
                Console.WriteLine("  " + requests + " requests in " + clock.ElapsedMilliseconds + " ms, " + handles + " handles before, " +
                    after + " after");
                Assert.True(after <= handles + 2, after + " handles, " + handles + " before");
                Assert.True(Directory.GetFiles("/proc/self/fd").Length <= descriptors + 2 * atOnce, "descriptors leak");
            }
        }

        /// <summary>Without the collector's help: what is over is freed at once. Reports are kept for each connection.</summary>
        private static long Settled(MutlsClient client)
        {
            var least = long.MaxValue;
            for (var i = 0; i < 50; i++)
            {
                least = Math.Min(least, Handle.Alive - client.KnownConnections);
                Thread.Sleep(10);
            }
            return least;
        }

        private static Task LoadAsync(HttpClient http, int requests, int atOnce)
        {
            var left = requests;
            return Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
            {
                for (int number; (number = Interlocked.Decrement(ref left)) >= 0;)
                {
                    // Most are small; some stream their answer, some their request, some are left unread.
                    if (number % 100 == 1)
                    {
                        Assert.Equal(100000, (await http.GetByteArrayAsync("large")).Length);
                    }
                    else if (number % 100 == 2)
                    {
                        (await http.PostAsync("small", new Produced(new byte[1000], 100, null))).Dispose();
                    }
                    else if (number % 1000 == 3)
                    {
                        (await http.GetAsync("large", HttpCompletionOption.ResponseHeadersRead)).Dispose();
                    }
                    else
                    {
                        Assert.Equal(200, (await http.GetByteArrayAsync("small")).Length);
                    }
                }
            })));
        }
    }
}
