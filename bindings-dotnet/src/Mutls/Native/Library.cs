using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Mutls
{
    /// <summary>The native library: whether it is the right one, its texts, its errors.</summary>
    internal static unsafe class Library
    {
        // MUTLS_ABI_VERSION of the header that this was written against.
        private const uint Abi = 5;

        private static readonly Lazy<string> Loaded = new Lazy<string>(Load);

        /// <summary>The version of the library, once it is known to fit.</summary>
        internal static string Version => Loaded.Value;

        private static string Load()
        {
            uint abi;
            try
            {
                abi = NativeMethods.mutls_abi_version();
            }
            catch (DllNotFoundException missing)
            {
                throw new DllNotFoundException(
                    "mutls: the native library was not found. The package has it in runtimes/<rid>/native for " +
                    "linux-x64; elsewhere put libmutls where the system's loader finds it. " + missing.Message, missing);
            }
            if (abi >> 16 != Abi >> 16 || (abi & 0xFFFF) < (Abi & 0xFFFF))
            {
                throw new DllNotFoundException(
                    "mutls: the native library that was found has ABI " + abi + ", this assembly needs " + Abi +
                    ". Remove the other libmutls, or take the package that belongs to it.");
            }
            return Marshal.PtrToStringAnsi(NativeMethods.mutls_version());
        }

        /// <summary>A view of UTF-8, copied; null for none.</summary>
        internal static string Text(byte* view, UIntPtr length)
        {
            return view == null ? null : Encoding.UTF8.GetString(view, (int)length);
        }

        internal static void Check(int status, IntPtr error)
        {
            if (status != 0)
            {
                throw Take(error);
            }
        }

        /// <summary>For what may fail without harm: whether it worked.</summary>
        internal static bool Ignore(int status, IntPtr error)
        {
            if (status == 0)
            {
                return true;
            }
            NativeMethods.mutls_error_free(error);
            return false;
        }

        /// <summary>The exception for an error, which is freed.</summary>
        internal static MutlsException Take(IntPtr failure, Exception cause = null)
        {
            try
            {
                NativeMethods.mutls_error_json(failure, out var json, out var length, out _);
                var facts = ErrorFacts.Of((Dictionary<string, object>)Json.Parse(Text(json, length)));
                NativeMethods.mutls_error_handshake(failure, out json, out length, out _);
                facts.Handshake = Text(json, length);
                return Catalogue.Make(facts, cause);
            }
            finally
            {
                NativeMethods.mutls_error_free(failure);
            }
        }
    }
}
