using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mutls.Tests
{
    public class ClientTests
    {
        private delegate Task<MutlsResponse> Sending(MutlsClient client, MutlsRequest request);

        /// <summary>The ways to make a call.</summary>
        private static IEnumerable<Sending> Ways()
        {
            yield return (client, request) => client.SendAsync(request);
            yield return (client, request) => Task.FromResult(client.Send(request));
        }

        [Fact]
        public async Task EveryVerb()
        {
            using (var client = Sandbox.Client())
            {
                foreach (var send in Ways())
                {
                    foreach (var verb in new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND" })
                    {
                        var echo = await (await send(client, new MutlsRequest(verb, "echo"))).JsonAsync();
                        Assert.Equal(verb, echo.Text("method"));
                    }
                    using (var head = await send(client, new MutlsRequest("HEAD", "bytes/10")))
                    {
                        Assert.Equal("10", head.Headers["Content-Length"]);
                        Assert.Equal(0, (await head.ReadAsBytesAsync()).Length);
                    }
                }
            }
        }

        [Fact]
        public async Task WhatAnAnswerSays()
        {
            using (var client = Sandbox.Client())
            {
                foreach (var send in Ways())
                {
                    (await send(client, new MutlsRequest("GET", "echo"))).Dispose();
                    using (var answer = await send(client, new MutlsRequest("GET", "redirect/302?to=/dup-headers")))
                    {
                        Assert.Equal(200, answer.StatusCode);
                        Assert.True(answer.IsSuccess);
                        Assert.Same(answer, answer.EnsureSuccess());
                        Assert.Equal(Sandbox.Url("required", "/dup-headers"), answer.Url);
                        Assert.True(answer.ConnectionReused);
                        Assert.Equal(new Version(1, 1), answer.Version);
                        Assert.Equal(new[] { "one", "two" }, answer.Headers.GetValues("X-Dup"));
                        Assert.Equal("one, two", answer.Headers["x-dup"]);
                        Assert.Equal("caf\u00e9", answer.Headers["X-LATIN1"]);
                        Assert.Equal("", answer.Headers["x-empty"]);
                        Assert.Null(answer.Headers["absent"]);
                    }
                    using (var answer = await send(client, new MutlsRequest("GET", "status/404")))
                    {
                        Assert.Contains("404", Assert.Throws<HttpRequestException>(() => answer.EnsureSuccess()).Message);
                    }
                    using (var answer = await send(client, new MutlsRequest("GET", "gzip")))
                    {
                        Assert.True(answer.Decoded);
                        Assert.Null(answer.ContentLength);
                        Assert.Contains("lines", await answer.ReadAsStringAsync());
                    }
                }
            }
        }

        [Fact]
        public async Task TheHandshakeReport()
        {
            using (var client = Sandbox.Client())
            using (var answer = await client.GetAsync("echo"))
            {
                var report = answer.Handshake;
                Assert.Equal("localhost", report.Host);
                Assert.Equal("TLSv1.3", report.Version);
                Assert.True(report.Completed);
                Assert.Equal<bool?>(true, report.ServerVerified);
                Assert.True(report.ServerChain.Count >= 1);
                Assert.True(report.ServerChain[0].NotAfter > DateTimeOffset.UtcNow);
                Assert.Contains("localhost", report.ServerChain[0].Names);
                Assert.Equal<bool?>(true, report.ClientCertificate.Requested);
                Assert.Equal("sent", report.ClientCertificate.Summary);
                Assert.Contains("valid.client.sandbox.test", report.ClientCertificate.Chain[0].Subject);
                Assert.True(report.Timings.Handshake > TimeSpan.Zero);
                Assert.Equal("localhost", JsonDocument.Parse(report.Json).RootElement.Text("host"));
            }
        }

        [Fact]
        public async Task Exceptions()
        {
            using (var client = new MutlsClient(Sandbox.Options("revoked")))
            {
                foreach (var send in Ways())
                {
                    var failure = await Assert.ThrowsAsync<MutlsHandshakeException>(() => send(client, new MutlsRequest("GET", "echo")));
                    Assert.Equal(MutlsErrorCode.ClientCertRejected, failure.Code);
                    Assert.Equal(502, failure.Number);
                    Assert.Equal("client_cert_rejected", failure.Name);
                    Assert.Equal(MutlsOrigin.Peer, failure.Origin);
                    Assert.Equal(MutlsFamily.Handshake, failure.Family);
                    Assert.Equal("certificate_revoked", failure.TlsAlert.Name);
                    Assert.True(failure.TlsAlert.Received && failure.NotProcessed && !failure.Transient);
                    Assert.Equal("localhost", failure.Handshake.Host);
                    Assert.Equal(failure.Summary + " (client_cert_rejected). " + failure.Hint, failure.Message);
                    Assert.IsAssignableFrom<IOException>(failure);
                }
            }
            using (var client = Sandbox.Client())
            {
                foreach (var send in Ways())
                {
                    await Assert.ThrowsAsync<MutlsConnectException>(() => send(client, new MutlsRequest("GET", "reset")));
                    await Assert.ThrowsAsync<MutlsProtocolException>(() => send(client, new MutlsRequest("GET", "bad-status-line")));
                    await Assert.ThrowsAsync<MutlsBodyException>(
                        async () => await (await send(client, new MutlsRequest("GET", "truncated/10/20"))).ReadAsBytesAsync());
                    var bad = await Assert.ThrowsAsync<MutlsConfigException>(() => send(client, new MutlsRequest("GE T", "echo")));
                    Assert.Equal(MutlsErrorCode.BadOption, bad.Code);
                    var split = new MutlsRequest("GET", "echo") { Headers = { { "X-A", "1\r\nX-B: 2" } } };
                    bad = await Assert.ThrowsAsync<MutlsConfigException>(() => send(client, split));
                    Assert.Equal(MutlsErrorCode.BadHeader, bad.Code);
                    var wide = new MutlsRequest("GET", "echo") { Headers = { { "X-A", "\u20ac" } } };
                    bad = await Assert.ThrowsAsync<MutlsConfigException>(() => send(client, wide));
                    Assert.Equal(MutlsErrorCode.BadHeader, bad.Code);
                }
            }
        }

        [Fact]
        public async Task OptionsOfAClient()
        {
            var wrong = Assert.Throws<MutlsIdentityException>(() => new MutlsClient(new MutlsClientOptions
            {
                Cert = Sandbox.Of("encrypted", "chain"), Key = Sandbox.Of("encrypted", "key"), Passphrase = "s3cret-guess",
            }));
            Assert.Equal(MutlsErrorCode.PassphraseWrong, wrong.Code);
            Assert.DoesNotContain("s3cret-guess", wrong.ToString());
            var options = new MutlsClientOptions
            {
                BaseUrl = Sandbox.Url("required"),
                Identity =
                {
                    new MutlsIdentity
                    {
                        Name = "\"2026\"\n\u00e9\ud83d\ude00",
                        CertPem = File.ReadAllBytes(Sandbox.Of("encrypted", "chain")),
                        KeyPem = File.ReadAllText(Sandbox.Of("encrypted", "key")),
                        Passphrase = Sandbox.Of("encrypted", "passphrase"),
                    },
                },
                Trust = new MutlsTrust { CaFile = { Sandbox.Ca } },
                Tls = new MutlsTls { MaxVersion = MutlsTlsVersion.Tls12 },
                Headers = { { "X-One", "1" }, { "x-one", "2" }, { "X-Two", "\u00fc" } },
                Auth = new MutlsAuth { Basic = new MutlsBasicAuth { Username = "u", Password = "p" } },
                Timeouts = new MutlsTimeouts { FirstByte = Timeout.InfiniteTimeSpan, Connect = TimeSpan.FromTicks(15000000) },
                Pool = new MutlsPool { MaxIdle = 2, Idle = TimeSpan.FromMinutes(1) },
                Proxy = "none",
                UserAgent = "",
            };
            using (var client = new MutlsClient(options))
            using (var answer = await client.GetAsync("echo"))
            {
                Assert.Equal("TLSv1.2", answer.Handshake.Version);
                Assert.Equal("\"2026\"\n\u00e9\ud83d\ude00", answer.Handshake.ClientCertificate.Identity);
                var echo = await answer.JsonAsync();
                Assert.Contains("encrypted", echo.GetProperty("client").Text("subject"));
                Assert.Equal(new[] { "1", "2" }, echo.Header("x-one"));
                Assert.Equal(new[] { "Basic dTpw" }, echo.Header("authorization"));
                Assert.Equal(0, echo.Header("user-agent").Length);
            }
            var store = new MutlsClientOptions
            {
                Identity =
                {
                    new MutlsIdentity
                    {
                        Pkcs12 = File.ReadAllBytes(Sandbox.Of("pkcs12", "cert")), Passphrase = Sandbox.Of("pkcs12", "passphrase"),
                    },
                },
                Trust = new MutlsTrust
                {
                    Truststore = File.ReadAllBytes(Sandbox.File("truststore")), TruststorePassphrase = Sandbox.Of("pkcs12", "passphrase"),
                },
            };
            using (var client = new MutlsClient(store))
            using (var answer = await client.GetAsync(Sandbox.Url("required", "/echo")))
            {
                Assert.Contains("pkcs12", (await answer.JsonAsync()).GetProperty("client").Text("subject"));
            }
            Assert.Equal("[hidden]", ((MutlsSecret)"x").ToString());
            Assert.Throws<ArgumentNullException>(() => new MutlsClient(null));
            var typo = Assert.Throws<MutlsConfigException>(() => MutlsClient.FromJson("{\"crt\": \"x\"}"));
            Assert.Contains("cert", typo.Hint);
            var attachments = new Dictionary<string, byte[]> { ["ca"] = File.ReadAllBytes(Sandbox.Ca) };
            using (var client = MutlsClient.FromJson("{\"ca\": {\"ref\": \"ca\"}}", attachments))
            using (var answer = await client.GetAsync(Sandbox.Url("none", "/echo")))
            {
                Assert.Equal(200, answer.StatusCode);
            }
            Assert.True(MutlsClient.Version.Split('.').Length == 3);
        }

        [Fact]
        public async Task TimeLimits()
        {
            foreach (var send in Ways())
            {
                using (var client = Sandbox.Client())
                {
                    var brief = new MutlsCallOptions { Timeout = TimeSpan.FromMilliseconds(200) };
                    var late = await Assert.ThrowsAsync<MutlsTimeoutException>(
                        () => send(client, new MutlsRequest("GET", "silence") { Options = brief }));
                    Assert.Equal(MutlsPhase.Receive, late.Phase);
                    var slow = new MutlsCallOptions { Timeouts = new MutlsTimeouts { Read = TimeSpan.FromMilliseconds(200) } };
                    using (var answer = await send(client, new MutlsRequest("GET", "drip?ms=20000") { Options = slow }))
                    {
                        late = await Assert.ThrowsAsync<MutlsTimeoutException>(() => answer.ReadAsBytesAsync());
                        Assert.Equal(MutlsPhase.Body, late.Phase);
                    }
                }
            }
        }

        [Fact]
        public async Task BodiesOfEveryKind()
        {
            var data = Sandbox.Pattern(700000);
            const string sum = "d9a849079769d2b381cb4c584b69df3cac7b800a6d7c92915b6623e30155f727";
            var file = Path.GetTempFileName();
            File.WriteAllBytes(file, data);
            using (var client = Sandbox.Client())
            {
                foreach (var send in Ways())
                {
                    var bodies = new Dictionary<string, Func<HttpContent>>
                    {
                        ["bytes"] = () => new ByteArrayContent(data),
                        ["memory"] = () => new StreamContent(new MemoryStream(data)),
                        ["file"] = () => new StreamContent(File.OpenRead(file)),
                        ["unknown length"] = () => new Produced(data, 9999, null),
                    };
                    foreach (var body in bodies)
                    {
                        var content = body.Value();
                        content.Headers.TryAddWithoutValidation("Content-Type", "application/x-test");
                        var echo = await (await send(client, new MutlsRequest("PUT", "echo") { Content = content })).JsonAsync();
                        Assert.Equal(data.Length, echo.Number("body_length"));
                        Assert.Equal(sum, echo.Text("body_sha256"));
                        Assert.Equal(new[] { "application/x-test" }, echo.Header("content-type"));
                        Assert.Equal(body.Key == "unknown length" ? 0 : 1, echo.Header("content-length").Length);
                    }
                    var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["a"] = "b c" });
                    var small = await (await send(client, new MutlsRequest("POST", "echo") { Content = form })).JsonAsync();
                    Assert.Equal("a=b+c", Encoding.ASCII.GetString(Convert.FromBase64String(small.Text("body_base64"))));
                    Assert.Equal(0, (await (await send(client, new MutlsRequest("POST", "echo"))).JsonAsync()).Number("body_length"));
                }
            }
            File.Delete(file);
        }

        [Fact]
        public async Task ABodyThatFails()
        {
            using (var client = Sandbox.Client())
            {
                foreach (var send in Ways())
                {
                    var id = Sandbox.NewId();
                    var broken = new InvalidOperationException("the disk is gone");
                    var request = new MutlsRequest("POST", "upload")
                    {
                        Content = new Produced(new byte[300000], 1000, broken), Headers = { { "x-sandbox-id", id } },
                    };
                    var failure = await Assert.ThrowsAsync<MutlsBodyException>(() => send(client, request));
                    Assert.Equal(MutlsErrorCode.BodySourceFailed, failure.Code);
                    Assert.Same(broken, failure.InnerException);
                    Assert.Contains("the disk is gone", failure.Causes[0]);
                    await Sandbox.SawTheEndAsync(id);
                    // Too short, too long.
                    foreach (var announced in new[] { 100, 15 })
                    {
                        var other = new Produced(new byte[50], 10, null, announced);
                        failure = await Assert.ThrowsAsync<MutlsBodyException>(
                            () => send(client, new MutlsRequest("POST", "upload") { Content = other }));
                        Assert.Equal(MutlsErrorCode.BodySourceFailed, failure.Code);
                    }
                }
            }
        }

        [Fact]
        public async Task AnEarlyAnswerEndsAnUpload()
        {
            using (var client = Sandbox.Client())
            {
                foreach (var send in Ways())
                {
                    var endless = new Produced(null, 65536, null);
                    using (var answer = await send(client, new MutlsRequest("POST", "early-413") { Content = endless }))
                    {
                        Assert.Equal(413, answer.StatusCode);
                    }
                    Assert.True(await Task.WhenAny(endless.Ended, Task.Delay(30000)) == endless.Ended, "the content is still copied");
                }
            }
        }

        [Fact]
        public async Task BodiesStream()
        {
            using (var client = Sandbox.Client())
            {
                foreach (var send in Ways())
                {
                    foreach (var path in new[] { "bytes/300000", "chunked/300000/999", "close-delimited/300000", "bytes/100", "bytes/0" })
                    {
                        var length = int.Parse(path.Split('/')[1]);
                        using (var answer = await send(client, new MutlsRequest("GET", path)))
                        {
                            Assert.True(Sandbox.Pattern(length).SequenceEqual(await answer.ReadAsBytesAsync()), path);
                            Assert.Equal(0, answer.Body.Read(new byte[1], 0, 1));
                        }
                        using (var answer = await send(client, new MutlsRequest("GET", path)))
                        {
                            // In odd pieces, on this thread.
                            var all = new MemoryStream();
                            answer.Body.CopyTo(all, 777);
                            Assert.True(Sandbox.Pattern(length).SequenceEqual(all.ToArray()), path);
                        }
                    }
                    using (var again = await send(client, new MutlsRequest("GET", "bytes/300000")))
                    {
                        await again.ReadAsBytesAsync();
                    }
                    using (var answer = await send(client, new MutlsRequest("GET", "echo")))
                    {
                        Assert.True(answer.ConnectionReused, "a body that was read to its end gave its connection back");
                    }
                }
            }
        }

        [Fact]
        public async Task AnAnswerFlowsAsItComes()
        {
            using (var client = Sandbox.Client())
            {
                foreach (var send in Ways())
                {
                    using (var answer = await send(client, new MutlsRequest("GET", "drip?bytes=2&ms=100000")))
                    {
                        Assert.Equal(1, await answer.Body.ReadAsync(new byte[10], 0, 10));
                    }
                }
            }
        }

        [Fact]
        public async Task ReadsAreOneAtATime()
        {
            using (var client = Sandbox.Client())
            {
                var answer = await client.GetAsync("drip?bytes=3&ms=100000");
                Assert.Equal(1, answer.Body.Read(new byte[1], 0, 1));
                var first = answer.Body.ReadAsync(new byte[1], 0, 1);
                await Assert.ThrowsAsync<InvalidOperationException>(() => answer.Body.ReadAsync(new byte[1], 0, 1));
                answer.Dispose();
                await Assert.ThrowsAsync<MutlsCancelledException>(() => first);
                await Assert.ThrowsAsync<ObjectDisposedException>(() => answer.Body.ReadAsync(new byte[1], 0, 1));
                answer.Dispose();
            }
        }

        [Fact]
        public async Task AReload()
        {
            using (var client = Sandbox.Client())
            {
                var before = await client.GetAsync("chunked/300000/1000");
                client.Reload(Sandbox.Options("rotated"));
                Assert.Contains("rotated", (await (await client.GetAsync("echo")).JsonAsync()).GetProperty("client").Text("subject"));
                Assert.Equal(300000, (await before.ReadAsBytesAsync()).Length);
                Assert.Throws<MutlsIdentityException>(() => client.Reload(new MutlsClientOptions { Cert = "nowhere.pem" }));
                Assert.Contains("rotated", (await (await client.GetAsync("echo")).JsonAsync()).GetProperty("client").Text("subject"));
            }
        }

        [Fact]
        public async Task Closing()
        {
            var client = Sandbox.Client();
            var id = Sandbox.NewId();
            var running = client.SendAsync(new MutlsRequest("GET", "delay/1000") { Headers = { { "x-sandbox-id", id } } });
            await Sandbox.LogAsync(id, "seen=1");
            Assert.True(await client.CloseAsync(TimeSpan.FromSeconds(30)), "drained");
            (await running).Dispose();
            Assert.Equal(
                MutlsErrorCode.Closed,
                (await Assert.ThrowsAsync<MutlsCancelledException>(() => client.GetAsync("echo"))).Code);
            client.Dispose();
            client.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetAsync("echo"));
            Assert.Throws<ObjectDisposedException>(() => client.Send(new MutlsRequest("GET", "echo")));
            Assert.Throws<ObjectDisposedException>(() => client.Reload(Sandbox.Options()));
        }

        [Fact]
        public void EveryCodeHasANameAndAFamily()
        {
            var codes = Enum.GetValues(typeof(MutlsErrorCode)).Cast<MutlsErrorCode>().ToList();
            Assert.True(codes.Count > 40);
            Assert.Equal(codes.Count, codes.Select(Catalogue.NameOf).Distinct().Count());
            Assert.Equal(MutlsFamily.Trust, Catalogue.FamilyOf(MutlsErrorCode.CaEmpty));
            foreach (var family in Enum.GetValues(typeof(MutlsFamily)).Cast<MutlsFamily>())
            {
                var made = Catalogue.Make(new ErrorFacts { Family = family, Message = "m" }, null);
                Assert.Equal("Mutls" + family + "Exception", made.GetType().Name);
            }
        }
    }
}
