// Trulioo's "Implementing mTLS" with HttpClient: a key with a passphrase, and basic authentication.

using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Tasks;
using Mutls;

internal static class Program
{
    private static int Main() => RunAsync().GetAwaiter().GetResult();

    private static async Task<int> RunAsync()
    {
        // was: var handler = new HttpClientHandler();
        //      handler.ClientCertificates.Add(X509Certificate2.CreateFromEncryptedPemFile("client.crt", passphrase, "client.key"));
        var handler = new MutlsHttpHandler(new MutlsClientOptions
        {
            Cert = "client.crt", Key = "client.key", Passphrase = Environment.GetEnvironmentVariable("TRULIOO_PASSPHRASE"),
            CaFile = Environment.GetEnvironmentVariable("TRULIOO_CA"),
        });
        using (var client = new HttpClient(handler))
        {
            var user = Environment.GetEnvironmentVariable("TRULIOO_USER") + ":" + Environment.GetEnvironmentVariable("TRULIOO_PASSWORD");
            client.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
            client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
            var url = Environment.GetEnvironmentVariable("TRULIOO_URL") ?? "https://mtls.primary.prod.trulioo.com";
            try
            {
                Console.WriteLine(await client.GetStringAsync(url + "/connection/v1/testauthentication"));
                return 0;
            }
            catch (HttpRequestException error) when (error.InnerException is MutlsException)
            {
                // What happened, and what to do.
                Console.Error.WriteLine(error.Message);
                return 1;
            }
        }
    }
}
