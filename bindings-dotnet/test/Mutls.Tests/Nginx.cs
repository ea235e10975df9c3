using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Mutls.Tests
{
    /// <summary>nginx without TLS, for what wants many requests: handles are the same.</summary>
    internal sealed class Nginx : IDisposable
    {
        private readonly string folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())).FullName;
        private readonly Process process;

        internal Nginx()
        {
            var port = FreePort();
            File.WriteAllBytes(Path.Combine(folder, "large"), new byte[100000]);
            var temporary = string.Concat(
                new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(name => name + "_temp_path " + folder + "/" + name + "; "));
            File.WriteAllText(
                Path.Combine(folder, "nginx.conf"),
                "daemon off; master_process off; pid " + folder + "/pid; error_log " + folder + "/error.log; events { worker_connections 256; } " +
                "http { access_log off; keepalive_requests 10000000; " + temporary + "server { listen 127.0.0.1:" + port + "; root " + folder + "; " +
                "location /small { return 200 '" + new string('x', 200) + "'; } } }");
            var binary = new[] { "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx" }.FirstOrDefault(File.Exists) ?? "nginx";
            process = Process.Start(new ProcessStartInfo(binary, "-p " + folder + " -c " + folder + "/nginx.conf -e " + folder + "/error.log")
            {
                UseShellExecute = false,
            });
            Url = "http://127.0.0.1:" + port + "/";
            for (var clock = Stopwatch.StartNew(); !Answers(port); Thread.Sleep(10))
            {
                if (process.HasExited || clock.ElapsedMilliseconds > 20000)
                {
                    throw new InvalidOperationException("nginx does not start: " + File.ReadAllText(folder + "/error.log"));
                }
            }
        }

        internal string Url { get; }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            Directory.Delete(folder, true);
        }

        private static int FreePort()
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            listener.Stop();
            return port;
        }

        private static bool Answers(int port)
        {
            try
            {
                using (new TcpClient("127.0.0.1", port))
                {
                    return true;
                }
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
