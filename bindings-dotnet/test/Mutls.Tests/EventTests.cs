using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Xunit;

namespace Mutls.Tests
{
    public class EventTests
    {
        private readonly List<MutlsEvent> events = new List<MutlsEvent>();

        private string Names()
        {
            var names = string.Join(" ", events.Select(one => one.Name));
            events.Clear();
            return names;
        }

        private MutlsClient Expiring()
        {
            var client = new MutlsClient(Sandbox.Options("expiring"));
            client.Observe(events.Add);
            return client;
        }

        [Fact]
        public async Task ConnectionsAndCertificates()
        {
            using (var client = Expiring())
            {
                var soon = events[0];
                Assert.Equal("identity_expiring", soon.Name);
                Assert.Equal(MutlsEventLevel.Warning, soon.Level);
                Assert.Equal(5L, soon.DaysLeft.Value);
                Assert.Contains("expiring", soon.Subject);
                Assert.Contains("expires in 5 days", soon.ToString());
                events.Clear();
                using (var answer = await client.GetAsync("echo?token=abc"))
                {
                    await answer.ReadAsStringAsync();
                    var report = answer.Handshake;
                    var connected = events[0];
                    Assert.Equal("connected", connected.Name);
                    Assert.Equal("localhost", connected.Host);
                    Assert.False(connected.Resumed.Value);
                    Assert.Equal(5L, connected.DaysLeft.Value);
                    Assert.Equal(5L, report.ClientCertificate.DaysLeft.Value);
                    Assert.Equal(report.ServerDaysLeft, connected.ServerDaysLeft);
                    Assert.DoesNotContain("token", connected.Json);
                }
                events.Clear();
                using (var answer = client.Send(new MutlsRequest("GET", "close-if-reused")))
                {
                    Assert.Equal("retried connected", Names());
                }
                client.Reload(Sandbox.Options("expiring"));
                Assert.Equal(string.Empty, Names());
            }
        }

        [Fact]
        public async Task Failures()
        {
            using (var client = new MutlsClient(new MutlsClientOptions { Ca = Sandbox.Ca, Proxy = "none" }))
            {
                client.Observe(events.Add);
                var url = Sandbox.Url("tls12", "/secret-path");
                var failure = Assert.Throws<MutlsHandshakeException>(() => client.Send(new MutlsRequest("GET", url)));
                Assert.Equal("handshake_failed", events.Single().Name);
                Assert.Equal(MutlsEventLevel.Information, events[0].Level);
                Assert.Equal("client_cert_required", events[0].Code);
                Assert.Equal(failure.Hint, events[0].Hint);
                Assert.DoesNotContain("secret-path", events[0].Json);
                events.Clear();
                await Assert.ThrowsAsync<MutlsHandshakeException>(() => client.GetAsync(url));
                Assert.Equal("handshake_failed", Names());
            }
        }

        [Fact]
        public async Task TheHandlerHasThemToo()
        {
            using (var client = Expiring())
            using (var http = new HttpClient(new MutlsHttpHandler(client)))
            using (await http.GetAsync(Sandbox.Url("required", "/echo")))
            {
                Assert.Equal("identity_expiring connected", Names());
            }
        }

        [Fact]
        public async Task WhatAnObserverThrowsBreaksNothing()
        {
            using (var client = Sandbox.Client())
            {
                client.Observe(one => throw new InvalidOperationException("on purpose"));
                using (var answer = await client.GetAsync("echo"))
                {
                    Assert.Equal(200, (int)answer.StatusCode);
                }
            }
        }

        private sealed class Lines : TraceListener
        {
            internal List<string> All { get; } = new List<string>();

            public override void TraceEvent(
                TraceEventCache cache, string source, TraceEventType type, int id, string message)
            {
                All.Add(source + " " + type + " " + message);
            }

            public override void Write(string message) { }

            public override void WriteLine(string message) { }
        }

        [Fact]
        public void ATraceSourceHasLines()
        {
            var lines = new Lines();
            var source = new TraceSource("mutls", SourceLevels.All);
            source.Listeners.Clear();
            source.Listeners.Add(lines);
            using (var client = new MutlsClient(Sandbox.Options("expiring")))
            {
                client.Observe(MutlsEvent.To(source));
                client.Send(new MutlsRequest("GET", "echo")).Dispose();
            }
            Assert.Equal(2, lines.All.Count);
            Assert.Contains("mutls Warning our certificate ", lines.All[0]);
            Assert.Contains("mutls Verbose connected to localhost:", lines.All[1]);
        }
    }
}
