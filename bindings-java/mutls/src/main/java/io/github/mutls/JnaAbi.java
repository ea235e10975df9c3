package io.github.mutls;

import com.sun.jna.FunctionMapper;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;

/** The C ABI by JNA's direct mapping: a call costs a fraction of a microsecond. */
final class JnaAbi implements Abi {
    private static final FunctionMapper NAMES =
            (library, method) -> "mutls_" + method.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);

    private JnaAbi() {}

    /** Finds the library and binds it. */
    static Abi load() {
        String file = file();
        NativeLibrary library = NativeLibrary.getInstance(file, Map.of(Library.OPTION_FUNCTION_MAPPER, NAMES));
        try {
            int found = library.getFunction("mutls_abi_version").invokeInt(new Object[0]);
            if (found >>> 16 != VERSION >>> 16 || (found & 0xffff) < (VERSION & 0xffff)) {
                throw new UnsatisfiedLinkError("mutls: " + file + " has the ABI version " + found + ", this jar needs " + VERSION);
            }
            Native.register(JnaAbi.class, library);
        } catch (UnsatisfiedLinkError e) {
            String said = e.getMessage();
            throw said.startsWith("mutls") ? e : new UnsatisfiedLinkError("mutls: " + file + " is no libmutls that fits: " + said);
        }
        return new JnaAbi();
    }

    private static String file() {
        String chosen = System.getProperty("mutls.library", System.getenv("MUTLS_LIBRARY"));
        if (chosen != null && !chosen.isEmpty()) {
            return chosen;
        }
        String bundled = "/native/" + platform() + "/" + System.mapLibraryName("mutls");
        try {
            File file = Native.extractFromResourcePath(bundled, JnaAbi.class.getClassLoader());
            return file.getPath();
        } catch (IOException e) {
            throw new UnsatisfiedLinkError("mutls: this jar holds no native library for " + platform() + " (" + bundled
                    + ": " + e.getMessage() + "). Take the jar of this platform, or name a libmutls in MUTLS_LIBRARY.");
        }
    }

    /** Such as {@code linux-x86_64}. */
    private static String platform() {
        String system = Platform.isMac() ? "darwin" : Platform.isWindows() ? "windows" : System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return system + "-" + Platform.ARCH.replace('-', '_');
    }

    @Override
    public native int abiVersion();

    @Override
    public native int configNew(long json, long length, long config, long error);

    @Override
    public native int configSetBytes(long config, long name, long nameLength, long value, long valueLength, long error);

    @Override
    public native void configFree(long config);

    @Override
    public native int clientNew(long config, long client, long error);

    @Override
    public native int clientReload(long client, long config, long error);

    @Override
    public native int diagnose(long config, long request, int probe, long diagnosis, long error);

    @Override
    public native int clientDiagnose(long client, long request, int probe, long diagnosis, long error);

    @Override
    public native int diagnosisJson(long diagnosis, long json, long length, long error);

    @Override
    public native int diagnosisText(long diagnosis, long text, long length, long error);

    @Override
    public native int diagnosisHtml(long diagnosis, long html, long length, long error);

    @Override
    public native void diagnosisFree(long diagnosis);

    @Override
    public native int toolRunCancellable(long config, long tool, long toolLength, long json, long jsonLength, long token, long output, long error);

    @Override
    public native int outputJson(long output, long json, long length, long error);

    @Override
    public native int outputNames(long output, long json, long length, long error);

    @Override
    public native int outputPart(long output, long name, long nameLength, long data, long length, long error);

    @Override
    public native void outputFree(long output);

    @Override
    public native int clientFetch(long client, long request, long maxBytes, long response, long bytes, long error);

    @Override
    public native int clientSend(long client, long request, long response, long error);

    @Override
    public native int clientSubmit(long client, long request, long id, long queue, long error);

    @Override
    public native int clientClose(long client, long drainMs, long allFinished, long error);

    @Override
    public native int clientObserve(long client, long queue, long id, long error);

    @Override
    public native void clientFree(long client);

    @Override
    public native int requestNew(long method, long methodLength, long url, long urlLength, long request, long error);

    @Override
    public native int requestAddHeader(long request, long name, long nameLength, long value, long valueLength, long error);

    @Override
    public native int requestAddHeaderBlock(long request, long block, long length, long error);

    @Override
    public native int requestSetBodyBytes(long request, long data, long length, long error);

    @Override
    public native int requestSetBodyPushed(long request, long length, long body, long error);

    @Override
    public native int requestSetOptions(long request, long json, long length, long error);

    @Override
    public native int requestSetCancelToken(long request, long token, long error);

    @Override
    public native int requestSetPrefetch(long request, long maxBytes, long error);

    @Override
    public native void requestFree(long request);

    @Override
    public native int bodySubmitWrite(long body, long data, long length, long id, long queue, long error);

    @Override
    public native int bodyFinish(long body, long error);

    @Override
    public native int bodyAbort(long body, long reason, long length, long error);

    @Override
    public native void bodyFree(long body);

    @Override
    public native int responseStatus(long response, long status, long error);

    @Override
    public native int responseHttpMinorVersion(long response, long minor, long error);

    @Override
    public native int responseUrl(long response, long url, long length, long error);

    @Override
    public native int responseHeaderBlock(long response, long block, long length, long error);

    @Override
    public native int responseContentLength(long response, long length, long error);

    @Override
    public native int responseAtHand(long response, long length, long error);

    @Override
    public native int responseReport(long response, long report, long error);

    @Override
    public native int responseConnection(long response, long connection, long error);

    @Override
    public native int responseServerCertificate(long response, long index, long der, long length, long error);

    @Override
    public native int responseConnectionReused(long response, long reused, long error);

    @Override
    public native int responseRead(long response, long data, long capacity, long read, long error);

    @Override
    public native int responseSubmitRead(long response, long maxBytes, long id, long queue, long error);

    @Override
    public native int responseSubmitReadAll(long response, long maxBytes, long id, long queue, long error);

    @Override
    public native void responseFree(long response);

    @Override
    public native int bytesView(long bytes, long data, long length, long error);

    @Override
    public native void bytesFree(long bytes);

    @Override
    public native int queueNew(long queue, long error);

    @Override
    public native void queueFree(long queue);

    @Override
    public native int queuePop(long queue, long timeoutMs, long completion, long error);

    @Override
    public native int completionInfo(long completion, long id, long kind, long status, long error);

    @Override
    public native int completionTakeResponse(long completion, long response, long error);

    @Override
    public native int completionTakeError(long completion, long failure, long error);

    @Override
    public native int completionBytes(long completion, long data, long length, long error);

    @Override
    public native void completionFree(long completion);

    @Override
    public native int cancelTokenNew(long token, long error);

    @Override
    public native int cancelTokenCancel(long token, long error);

    @Override
    public native void cancelTokenFree(long token);

    @Override
    public native int errorJson(long failure, long json, long length, long error);

    @Override
    public native int errorHandshake(long failure, long json, long length, long error);

    @Override
    public native void errorFree(long failure);

    @Override
    public native int reportJson(long report, long json, long length, long error);

    @Override
    public native void reportFree(long report);

    @Override
    public long addressOf(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    @Override
    public long allocate(long size) {
        long address = Native.malloc(size);
        if (address == 0) {
            throw new OutOfMemoryError("mutls: no native memory for " + size + " bytes");
        }
        return address;
    }

    @Override
    public void release(long address) {
        Native.free(address);
    }

    @Override
    public void write(long address, byte[] bytes, int offset, int length) {
        new Pointer(address).write(0, bytes, offset, length);
    }

    @Override
    public void read(long address, byte[] bytes, int offset, int length) {
        new Pointer(address).read(0, bytes, offset, length);
    }
}
