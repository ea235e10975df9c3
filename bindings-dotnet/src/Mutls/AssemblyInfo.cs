using System.Reflection;
using System.Runtime.CompilerServices;

[assembly: AssemblyTitle("Mutls")]
[assembly: AssemblyDescription("Calls an API that demands a client certificate (mutual TLS)")]
[assembly: AssemblyProduct("mutls")]
[assembly: AssemblyVersion("0.1.0.0")]
[assembly: AssemblyFileVersion("0.1.0.0")]
[assembly: AssemblyInformationalVersion("0.1.0")]
[assembly: InternalsVisibleTo("Mutls.Tests")]
