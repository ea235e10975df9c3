using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Xunit;

namespace Mutls.Tests
{
    /// <summary>What was made is read by openssl and keytool.</summary>
    public class ToolsTests
    {
        private const string Word = "changeit";

        private static string Run(string program, string arguments)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            };
            using (var process = Process.Start(start))
            {
                var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
                process.WaitForExit();
                Assert.True(process.ExitCode == 0, said);
                return said;
            }
        }

        private static void InFolder(Action<string> test)
        {
            var folder = Path.Combine(Path.GetTempPath(), "mutls-" + Guid.NewGuid());
            Directory.CreateDirectory(folder);
            try
            {
                test(folder);
            }
            finally
            {
                Directory.Delete(folder, true);
            }
        }

        private static MutlsToolOptions Valid()
        {
            return new MutlsToolOptions(Sandbox.Of("valid", "chain"), Sandbox.Of("valid", "key"));
        }

        private static MutlsClientOptions Way() => new MutlsClientOptions { Ca = Sandbox.Ca, Proxy = "none" };

        [Fact]
        public void FilesAndServersAreTold()
        {
            var seen = MutlsTools.Inspect(Valid());
            Assert.Equal(2, ((List<object>)seen.Report["certificates"]).Count);
            Assert.Contains("CN=valid.client.sandbox.test", seen.Json);
            Assert.Equal(0, seen.Names.Count);
            Assert.Null(seen.Part("output"));
            var server = MutlsTools.Inspect(new MutlsToolOptions { Url = Sandbox.Url("required"), Client = Way() });
            Assert.True(true.Equals(server.Report["trusted"]), server.Json);
        }

        [Fact]
        public void IdentitiesAreChecked()
        {
            var options = Valid();
            options.Ca.Add(Sandbox.Ca);
            options.Within = TimeSpan.FromDays(1);
            options.Url = Sandbox.Url("required");
            options.Client = Way();
            var good = MutlsTools.Check(options);
            Assert.True(true.Equals(good.Report["ok"]), good.Json);
            var bad = MutlsTools.Check(new MutlsToolOptions(Sandbox.Of("valid", "chain"), Sandbox.Of("mismatch", "key")));
            Assert.True(false.Equals(bad.Report["ok"]), bad.Json);
            var codes = ((List<object>)bad.Report["findings"]).Select(one => ((Dictionary<string, object>)one)["code"]);
            Assert.True(codes.Contains("key_mismatch"), bad.Json);
            Assert.True(MutlsTools.Match(Valid()));
            Assert.True(!MutlsTools.Match(new MutlsToolOptions(Sandbox.Of("valid", "cert"), Sandbox.Of("mismatch", "key"))));
            var soon = new MutlsToolOptions(Sandbox.Of("valid", "cert")) { Within = TimeSpan.FromDays(400) };
            Assert.True(MutlsTools.NeedsRenewal(soon));
            soon.Within = null;
            Assert.True(!MutlsTools.NeedsRenewal(soon));
        }

        [Fact]
        public void ARequestIsMade()
        {
            InFolder(folder =>
            {
                var options = new MutlsToolOptions
                {
                    Key = "p-256",
                    Subject = "CN=services.company.com,C=CA",
                    NewPassphrase = Word,
                    KeyOutputFile = Path.Combine(folder, "a.key"),
                    CsrOutputFile = Path.Combine(folder, "a.csr"),
                };
                options.Names.Add("services.company.com");
                Assert.Equal(0, MutlsTools.CreateCsr(options).Names.Count);
                Assert.Contains("services.company.com", Run("openssl", "req -verify -noout -subject -in " + options.CsrOutputFile));
                Run("openssl", "pkey -noout -passin pass:" + Word + " -in " + options.KeyOutputFile);
                Assert.Contains("600", Run("stat", "-c %a " + options.KeyOutputFile));
                Assert.Equal(MutlsErrorCode.BadOption, Assert.Throws<MutlsConfigException>(() => MutlsTools.CreateCsr(options)).Code);
                options.Overwrite = true;
                MutlsTools.CreateCsr(options);
            });
            var refused = new MutlsToolOptions { Profile = "trulioo", Subject = "CN=services.company.com,C=CANADA" };
            Assert.Equal(MutlsErrorCode.BadOption, Assert.Throws<MutlsConfigException>(() => MutlsTools.CreateCsr(refused)).Code);
        }

        [Fact]
        public void StoresAreWritten()
        {
            var options = Valid();
            options.To = "pkcs12";
            options.Name = "app";
            options.NewPassphrase = Word;
            var made = MutlsTools.Convert(options);
            Assert.Equal("MutlsToolOutput[output]", made.ToString());
            InFolder(folder =>
            {
                var store = Path.Combine(folder, "app.p12");
                File.WriteAllBytes(store, made.Part("output"));
                var told = Run("openssl", "pkcs12 -nodes -passin pass:" + Word + " -in " + store);
                Assert.Contains("friendlyName: app", told);
                Assert.Contains("BEGIN PRIVATE KEY", told);
            });
            var back = new MutlsToolOptions(made.Part("output")) { Passphrase = Word, To = "pem", Unencrypted = true };
            var pem = Encoding.ASCII.GetString(MutlsTools.Convert(back).Part("output"));
            Assert.Contains("BEGIN PRIVATE KEY", pem);
            Assert.True(MutlsTools.Match(new MutlsToolOptions(Sandbox.Of("valid", "cert"), pem)));
            InFolder(folder =>
            {
                var trusted = Path.Combine(folder, "trust.jks");
                MutlsTools.Convert(new MutlsToolOptions(Sandbox.Ca) { To = "jks", Name = "Root", NewPassphrase = Word, OutputFile = trusted });
                Assert.Contains("root, ", Run("keytool", "-list -storepass " + Word + " -keystore " + trusted));
            });
            var chain = new MutlsToolOptions(Sandbox.Of("valid", "cert"));
            chain.Ca.Add(Sandbox.File("chain"));
            Assert.Equal(File.ReadAllText(Sandbox.Of("valid", "chain")), Encoding.ASCII.GetString(MutlsTools.Bundle(chain).Part("bundle")));
        }

        [Fact]
        public void WhatCannotBeReadIsTold()
        {
            var shut = new MutlsToolOptions(Sandbox.Of("encrypted", "key")) { To = "pkcs8", Unencrypted = true };
            Assert.Equal(MutlsErrorCode.PassphraseRequired, Assert.Throws<MutlsIdentityException>(() => MutlsTools.Convert(shut)).Code);
            shut.Passphrase = "wrong";
            Assert.Equal(MutlsErrorCode.PassphraseWrong, Assert.Throws<MutlsIdentityException>(() => MutlsTools.Convert(shut)).Code);
            var odd = Valid();
            odd.To = "pem";
            Assert.Equal(MutlsErrorCode.BadOption, Assert.Throws<MutlsConfigException>(() => MutlsTools.Inspect(odd)).Code);
            Assert.Throws<ArgumentNullException>(() => MutlsTools.Inspect(null));
        }

        [Fact]
        public void ATokenEndsAQuestion()
        {
            var options = new MutlsToolOptions { Url = Sandbox.Url("tcp_silent"), Client = Way() };
            options.Client.Timeouts = new MutlsTimeouts { Handshake = Timeout.InfiniteTimeSpan };
            using (var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100)))
            {
                Assert.Throws<OperationCanceledException>(() => MutlsTools.Inspect(options, soon.Token));
            }
            Assert.Throws<OperationCanceledException>(() => MutlsTools.Inspect(options, new CancellationToken(true)));
        }
    }
}
