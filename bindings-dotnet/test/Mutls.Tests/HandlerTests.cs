using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mutls.Tests
{
    public sealed class HandlerTests : IDisposable
    {
        private readonly HttpClient http = Make(Sandbox.Options());

        private static HttpClient Make(MutlsClientOptions options)
        {
            return new HttpClient(new MutlsHttpHandler(options)) { BaseAddress = new Uri(Sandbox.Url("required")) };
        }

        public void Dispose() => http.Dispose();

        [Fact]
        public async Task BehindHttpClient()
        {
            Assert.Contains("\"GET\"", await http.GetStringAsync("echo"));
            Assert.True(Sandbox.Pattern(300000).SequenceEqual(await http.GetByteArrayAsync("bytes/300000")));
            var posted = await (await http.PostAsync("echo", new StringContent("h\u00e9", Encoding.UTF8, "text/plain"))).JsonAsync();
            Assert.Equal(new[] { "text/plain; charset=utf-8" }, posted.Header("content-type"));
            Assert.Equal("h\u00e9", Encoding.UTF8.GetString(Convert.FromBase64String(posted.Text("body_base64"))));
            using (var answer = await http.GetAsync("status/404"))
            {
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                Assert.Equal("Not Found", answer.ReasonPhrase);
                Assert.Throws<HttpRequestException>(() => answer.EnsureSuccessStatusCode());
            }
            using (var answer = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "bytes/10")))
            {
                Assert.Equal<long?>(10, answer.Content.Headers.ContentLength);
                Assert.Equal(0, (await answer.Content.ReadAsByteArrayAsync()).Length);
            }
            using (var answer = await http.GetAsync("http10"))
            {
                Assert.Equal(HttpVersion.Version10, answer.Version);
            }
            Assert.Equal(0, (await http.GetByteArrayAsync("status/204")).Length);
        }

        [Fact]
        public async Task HeadersGoAndCome()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "echo");
            request.Headers.Accept.ParseAdd("application/json, text/plain;q=0.5");
            request.Headers.UserAgent.ParseAdd("app/1.0 (test) lib/2");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "token");
            request.Headers.TryAddWithoutValidation("X-Many", new[] { "one", "two" });
            request.Headers.TryAddWithoutValidation("X-Bytes", "caf\u00e9");
            request.Headers.Host = "other.sandbox.test";
            request.Headers.ConnectionClose = null;
            request.Headers.Connection.Add("keep-alive");
            var echo = await (await http.SendAsync(request)).JsonAsync();
            Assert.Equal(new[] { "application/json, text/plain; q=0.5" }, echo.Header("accept"));
            Assert.Equal(new[] { "app/1.0 (test) lib/2" }, echo.Header("user-agent"));
            Assert.Equal(new[] { "Bearer token" }, echo.Header("authorization"));
            Assert.Equal(new[] { "one", "two" }, echo.Header("x-many"));
            Assert.Equal(new[] { "caf\u00e9" }, echo.Header("x-bytes"));
            Assert.Equal(new[] { "other.sandbox.test" }, echo.Header("host"));
            using (var answer = await http.GetAsync("dup-headers"))
            {
                Assert.Equal(new[] { "one", "two" }, answer.Headers.GetValues("X-Dup"));
                Assert.Equal(2, answer.Headers.GetValues("Set-Cookie").Count());
                Assert.Equal("caf\u00e9", answer.Headers.GetValues("X-Latin1").Single());
                Assert.NotNull(answer.Content.Headers.ContentLength);
            }
            using (var answer = await http.GetAsync("echo"))
            {
                Assert.Equal("application/json", answer.Content.Headers.ContentType.MediaType);
            }
        }

        [Fact]
        public async Task WhatCannotBeCarriedIsRefused()
        {
            var changes = new Action<HttpRequestMessage>[]
            {
                request => request.Headers.ConnectionClose = true,
                request => request.Headers.TransferEncodingChunked = true,
                request => request.Headers.Upgrade.ParseAdd("websocket"),
                request => request.Headers.TryAddWithoutValidation("X-Wide", "\u20ac"),
            };
            foreach (var change in changes)
            {
                var request = new HttpRequestMessage(HttpMethod.Get, "echo");
                change(request);
                var problem = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request));
                var inner = Assert.IsType<MutlsConfigException>(problem.InnerException);
                Assert.True(inner.NotProcessed, inner.Message);
            }
        }

        [Fact]
        public async Task RedirectsAreFollowedAsByDotNetsOwnHandlers()
        {
            using (var answer = await http.GetAsync("redirect/302?to=/echo"))
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(new Uri(Sandbox.Url("required", "/echo")), answer.RequestMessage.RequestUri);
            }
            using (var answer = await http.GetAsync("echo?a=%20b#part"))
            {
                // Nothing was redirected, nothing is changed.
                Assert.Equal("#part", answer.RequestMessage.RequestUri.Fragment);
                Assert.Equal("a=%20b", (await answer.JsonAsync()).Text("query"));
            }
            var again = await (await http.PostAsync("redirect/307?to=/echo", new StringContent("again"))).JsonAsync();
            Assert.Equal(5, again.Number("body_length"));
            var request = new HttpRequestMessage(HttpMethod.Get, "redirect/302?to=/echo");
            request.SetMutlsOptions(new MutlsCallOptions { Follow = MutlsFollow.None });
            using (var answer = await http.SendAsync(request))
            {
                Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
                Assert.Equal("/echo", answer.Headers.Location.OriginalString);
            }
            var problem = await Assert.ThrowsAsync<HttpRequestException>(
                () => http.GetAsync("redirect/302?to=" + Uri.EscapeDataString(Sandbox.Url("none", "/echo"))));
            Assert.Equal(MutlsErrorCode.RedirectRefused, ((MutlsException)problem.InnerException).Code);
        }

        [Fact]
        public async Task BodiesAreDecodedUnlessTheCallerAsks()
        {
            using (var answer = await http.GetAsync("gzip"))
            {
                Assert.Equal(0, answer.Content.Headers.ContentEncoding.Count);
                Assert.Contains("lines", await answer.Content.ReadAsStringAsync());
            }
            var request = new HttpRequestMessage(HttpMethod.Get, "gzip");
            request.Headers.AcceptEncoding.ParseAdd("gzip");
            using (var answer = await http.SendAsync(request))
            {
                Assert.Equal(new[] { "gzip" }, answer.Content.Headers.ContentEncoding);
                Assert.Equal(0x1F, (await answer.Content.ReadAsByteArrayAsync())[0]);
            }
        }

        [Fact]
        public async Task ExceptionsOfHttpClient()
        {
            using (var revoked = Make(Sandbox.Options("revoked")))
            {
                var refused = await Assert.ThrowsAsync<HttpRequestException>(() => revoked.GetAsync("echo"));
                var inner = Assert.IsType<MutlsHandshakeException>(refused.InnerException);
                Assert.Equal(inner.Message, refused.Message);
            }
            // While the body is buffered, and while it is streamed.
            foreach (var path in new[] { "truncated/10/20", "truncated/10/200000", "truncated-chunked", "close-delimited-reset/100000", "gzip-corrupt" })
            {
                var cut = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(path));
                Assert.IsAssignableFrom<MutlsException>(cut.InnerException);
                using (var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead))
                using (var body = await answer.Content.ReadAsStreamAsync())
                {
                    await Assert.ThrowsAnyAsync<MutlsException>(() => body.CopyToAsync(new MemoryStream()));
                    // And it stays so.
                    await Assert.ThrowsAnyAsync<MutlsException>(() => body.ReadAsync(new byte[1], 0, 1));
                }
            }
            var source = new IOException("the disk is gone");
            var failed = await Assert.ThrowsAsync<HttpRequestException>(
                () => http.PostAsync("upload", new Produced(new byte[100000], 1000, source)));
            Assert.Same(source, failed.InnerException.InnerException);
        }

        [Fact]
        public async Task TimeoutsOfHttpClient()
        {
            using (var hasty = Make(Sandbox.Options()))
            {
                hasty.Timeout = TimeSpan.FromMilliseconds(300);
                foreach (var path in new[] { "silence", "drip?bytes=100&ms=5000" })
                {
                    // The second while HttpClient buffers the body.
                    await Assert.ThrowsAsync<TaskCanceledException>(() => hasty.GetAsync(path));
                }
            }
            var request = new HttpRequestMessage(HttpMethod.Get, "silence");
            request.SetMutlsOptions(new MutlsCallOptions { Timeout = TimeSpan.FromMilliseconds(200) });
            var late = await Assert.ThrowsAsync<TaskCanceledException>(() => http.SendAsync(request));
            Assert.IsType<TimeoutException>(late.InnerException);
            Assert.Equal(MutlsPhase.Receive, Assert.IsType<MutlsTimeoutException>(late.InnerException.InnerException).Phase);
        }

        [Fact]
        public async Task StreamsBothWays()
        {
            var id = Sandbox.NewId();
            var seen = new TaskCompletionSource<bool>();
            var live = new Live();
            var request = new HttpRequestMessage(HttpMethod.Post, "upload") { Content = live };
            request.Headers.Add("x-sandbox-id", id);
            var sending = http.SendAsync(request);
            await live.Stream.WriteAsync(new byte[1000], 0, 1000);
            await live.Stream.FlushAsync();
            // The server knows the request while its body is still open.
            Assert.Equal(1, (await Sandbox.LogAsync(id, "seen=1")).Number("seen"));
            Assert.False(sending.IsCompleted);
            live.Done.SetResult(true);
            Assert.Equal(1000, (await (await sending).JsonAsync()).Number("length"));
            Assert.False(seen.Task.IsCompleted);

            using (var answer = await http.GetAsync("drip?bytes=2&ms=100000", HttpCompletionOption.ResponseHeadersRead))
            using (var body = await answer.Content.ReadAsStreamAsync())
            {
                Assert.Equal(1, await body.ReadAsync(new byte[10], 0, 10));
            }
        }

        [Fact]
        public async Task MemoryStaysFlat()
        {
            const long size = 1L << 29;
            var before = GC.GetTotalMemory(true);
            using (var answer = await http.GetAsync("large/" + size, HttpCompletionOption.ResponseHeadersRead))
            using (var body = await answer.Content.ReadAsStreamAsync())
            {
                var buffer = new byte[81920];
                long total = 0;
                for (int read; (read = await body.ReadAsync(buffer, 0, buffer.Length)) > 0;)
                {
                    total += read;
                }
                Assert.Equal(size, total);
            }
            Assert.True(GC.GetTotalMemory(true) - before < 8 << 20, "managed memory grew");
        }

        [Fact]
        public async Task DisposingEarlyAborts()
        {
            foreach (var path in new[] { "large/1000000000", "drip?bytes=1000&ms=50" })
            {
                var id = Sandbox.NewId();
                var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Add("x-sandbox-id", id);
                var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                var body = await answer.Content.ReadAsStreamAsync();
                await body.ReadAsync(new byte[10], 0, 10);
                answer.Dispose();
                await Sandbox.SawTheEndAsync(id);
            }
        }

        [Fact]
        public async Task AsAPrimaryHandlerBehindOthers()
        {
            using (var client = Sandbox.Client())
            {
                // As IHttpClientFactory does it: handlers come and go, the client stays.
                for (var i = 0; i < 3; i++)
                {
                    using (var made = new HttpClient(new Stamp { InnerHandler = new MutlsHttpHandler(client) }))
                    using (var answer = await made.GetAsync(Sandbox.Url("required", "/echo")))
                    {
                        Assert.Equal(i > 0, answer.IsConnectionReused());
                        Assert.Equal("sent", answer.GetHandshakeReport().ClientCertificate.Summary);
                        Assert.Equal(new[] { "yes" }, (await answer.JsonAsync()).Header("x-stamp"));
                    }
                }
            }
            Assert.Null(new HttpResponseMessage().GetHandshakeReport());
        }

        [Fact]
        public async Task TheBlockingWayOfNewerRuntimes()
        {
            // HttpMessageHandler.Send is there from .NET 5 on; what it calls is here.
            using (var handler = new MutlsHttpHandler(Sandbox.Options()))
            {
                var request = new HttpRequestMessage(HttpMethod.Post, Sandbox.Url("required", "/echo"))
                {
                    Content = new Produced(new byte[300000], 1000, null),
                };
                var answer = handler.SendHere(request, CancellationToken.None);
                Assert.Equal(300000, (await answer.JsonAsync()).Number("body_length"));
                using (var soon = new CancellationTokenSource(200))
                {
                    var silent = new HttpRequestMessage(HttpMethod.Get, Sandbox.Url("required", "/silence"));
                    var ended = Assert.Throws<TaskCanceledException>(() => handler.SendHere(silent, soon.Token));
                    Assert.Equal(soon.Token, ended.CancellationToken);
                }
            }
        }

        [Fact]
        public async Task Disposing()
        {
            var shared = Sandbox.Client();
            var handler = new MutlsHttpHandler(shared);
            var invoker = new HttpMessageInvoker(handler);
            var request = new HttpRequestMessage(HttpMethod.Get, Sandbox.Url("required", "/echo"));
            (await invoker.SendAsync(request, CancellationToken.None)).Dispose();
            handler.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => invoker.SendAsync(request, CancellationToken.None));
            // The client goes on.
            (await shared.GetAsync("echo")).Dispose();
            shared.Dispose();
            Assert.Throws<ArgumentNullException>(() => new MutlsHttpHandler((MutlsClient)null));
            await Assert.ThrowsAsync<ArgumentNullException>(
                () => new HttpMessageInvoker(new MutlsHttpHandler(Sandbox.Options())).SendAsync(null, CancellationToken.None));
        }

        private sealed class Stamp : DelegatingHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
            {
                request.Headers.Add("X-Stamp", "yes");
                return base.SendAsync(request, cancellation);
            }
        }

        /// <summary>A body whose pieces the test writes.</summary>
        private sealed class Live : HttpContent
        {
            private readonly TaskCompletionSource<Stream> opened = new TaskCompletionSource<Stream>();

            internal TaskCompletionSource<bool> Done { get; } =
                new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

            internal Stream Stream => opened.Task.Result;

            protected override Task SerializeToStreamAsync(Stream stream, TransportContext context)
            {
                opened.SetResult(stream);
                return Done.Task;
            }

            protected override bool TryComputeLength(out long length)
            {
                length = 0;
                return false;
            }
        }
    }
}
