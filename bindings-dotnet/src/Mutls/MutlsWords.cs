namespace Mutls
{
    /// <summary>A version of TLS.</summary>
    public enum MutlsTlsVersion
    {
        /// <summary>RFC 5246.</summary>
        Tls12 = 0,

        /// <summary>RFC 8446.</summary>
        Tls13 = 1,
    }

    /// <summary>Which redirects are followed. The identity and the credentials never follow to a host outside their scope.</summary>
    public enum MutlsFollow
    {
        /// <summary>None: the redirect is the answer.</summary>
        None = 0,

        /// <summary>Those that stay on the origin; another one is an error.</summary>
        SameOrigin = 1,

        /// <summary>All.</summary>
        Any = 2,
    }

    public sealed partial class MutlsProxy
    {
        internal bool IsUrlAlone => Username == null && Password == null && (NoProxy == null || NoProxy.Count == 0);

        /// <summary>A proxy without further options.</summary>
        /// <param name="url">Its URL, <c>none</c> or <c>environment</c>; null is no option.</param>
        public static implicit operator MutlsProxy(string url) => url == null ? null : new MutlsProxy { Url = url };
    }
}
