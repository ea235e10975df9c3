// Lean's calls. The three files come from the developer portal.

using System;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Mutls;

internal static class Program
{
    private static int Main() => RunAsync().GetAwaiter().GetResult();

    private static async Task<int> RunAsync()
    {
        var client = new MutlsClient(new MutlsClientOptions
        {
            BaseUrl = (Environment.GetEnvironmentVariable("LEAN_URL") ?? "https://api.leantech.me") + "/",
            Cert = "my_app_cert.crt",
            Key = "my_app_private_key.pem",
            Ca = "lean_public_cert_chain.pem",
            Headers = { { "lean-app-token", Environment.GetEnvironmentVariable("LEAN_APP_TOKEN") } },
        });
        try
        {
            using (var banks = await client.GetAsync("banks/v1"))
            {
                Console.WriteLine(await banks.ReadAsStringAsync());
            }
            var user = new StringContent("{\"app_user_id\": \"me\"}", Encoding.UTF8, "application/json");
            using (var customer = (await client.PostAsync("customers/v1", user)).EnsureSuccess())
            {
                Console.WriteLine(await customer.ReadAsStringAsync());
            }
            return 0;
        }
        catch (MutlsHandshakeException error)
        {
            Console.Error.WriteLine("Lean does not accept us: " + error.Message);
            return 1;
        }
    }
}
