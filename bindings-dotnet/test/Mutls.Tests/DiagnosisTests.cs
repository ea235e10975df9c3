using System;
using System.Linq;
using System.Threading;
using Xunit;

namespace Mutls.Tests
{
    public class DiagnosisTests
    {
        [Fact]
        public void AClientThatWorks()
        {
            using (var client = Sandbox.Client())
            {
                var found = client.Diagnose("echo");
                Assert.True(found.State == MutlsDiagnosisState.Ok, found.ToString());
                Assert.Null(found.Code);
                Assert.Equal(
                    "options identity trust proxy dns connect handshake without_identity answer",
                    string.Join(" ", found.Steps.Select(step => step.Name)));
                Assert.Contains("<svg", found.Html);
            }
        }

        [Fact]
        public void AClientThatCannotBeMade()
        {
            var options = Sandbox.Options();
            options.Key = Sandbox.Of("mismatch", "key");
            var found = MutlsClient.Diagnose(options, "echo");
            Assert.True(found.State == MutlsDiagnosisState.Failed, found.ToString());
            Assert.Equal("key_mismatch", found.Code);
            Assert.NotNull(found.Steps.First(step => step.State == MutlsDiagnosisState.Failed).Cure);
        }

        [Fact]
        public void ATokenEndsIt()
        {
            using (var client = Sandbox.Client())
            {
                Assert.Throws<OperationCanceledException>(() => client.Diagnose("echo", new CancellationToken(true)));
            }
        }
    }
}
