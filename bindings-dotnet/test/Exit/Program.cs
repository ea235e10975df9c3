using System;
using System.Net.Http;
using System.Threading;
using Mutls;

/// <summary>Ends with calls in flight, once the server has them: <c>Exit URL</c>.</summary>
internal static class Program
{
    private static void Main(string[] arguments)
    {
        var client = new MutlsClient(new MutlsClientOptions { Proxy = "none" });
        var request = new MutlsRequest("GET", arguments[0] + "/silence") { Headers = { { "x-sandbox-id", "exit" } } };
        _ = client.SendAsync(request);
        _ = new HttpClient(new MutlsHttpHandler(client)).GetAsync(arguments[0] + "/silence");
        new Thread(() => client.Send(request)) { IsBackground = true }.Start();
        using (var seen = client.GetAsync(arguments[0] + "/_log?id=exit&seen=2").GetAwaiter().GetResult())
        {
            Console.WriteLine(seen.ReadAsStringAsync().GetAwaiter().GetResult());
        }
    }
}
