// Lean's first call with HttpClient. What was there before is the usual way to show a client certificate; one statement is another.

using System;
using System.Net.Http;
using System.Threading.Tasks;
using Mutls;

internal static class Program
{
    private static void Main() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        // was: var handler = new HttpClientHandler();
        //      handler.ClientCertificates.Add(X509Certificate2.CreateFromPemFile("my_app_cert.crt", "my_app_private_key.pem"));
        //      handler.ServerCertificateCustomValidationCallback = ... lean_public_cert_chain.pem ...
        var handler = new MutlsHttpHandler(new MutlsClientOptions
        {
            Cert = "my_app_cert.crt", Key = "my_app_private_key.pem", Ca = "lean_public_cert_chain.pem",
        });
        using (var client = new HttpClient(handler))
        {
            var url = (Environment.GetEnvironmentVariable("LEAN_URL") ?? "https://api.leantech.me") + "/banks/v1";
            var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("lean-app-token", Environment.GetEnvironmentVariable("LEAN_APP_TOKEN"));
            using (var response = await client.SendAsync(request))
            {
                Console.WriteLine(await response.Content.ReadAsStringAsync());
            }
        }
    }
}
