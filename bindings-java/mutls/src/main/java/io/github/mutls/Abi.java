package io.github.mutls;

import java.nio.ByteBuffer;

/**
 * The C ABI, as include/mutls.h describes it, and the memory that goes with it: the one place where Java meets C.
 *
 * <p>Handles and addresses are {@code long}: an object for each would cost more than the calls. A name is that of the C function
 * without {@code mutls_}, in Java's casing. Whoever holds a handle frees it.
 */
interface Abi {
    /** What {@link #abiVersion} has to say: the upper 16 bits are equal, the lower ones not less. */
    int VERSION = 5;

    int abiVersion();

    int configNew(long json, long length, long config, long error);

    int configSetBytes(long config, long name, long nameLength, long value, long valueLength, long error);

    void configFree(long config);

    int clientNew(long config, long client, long error);

    int clientReload(long client, long config, long error);

    int diagnose(long config, long request, int probe, long diagnosis, long error);

    int clientDiagnose(long client, long request, int probe, long diagnosis, long error);

    int diagnosisJson(long diagnosis, long json, long length, long error);

    int diagnosisText(long diagnosis, long text, long length, long error);

    int diagnosisHtml(long diagnosis, long html, long length, long error);

    void diagnosisFree(long diagnosis);

    int toolRunCancellable(long config, long tool, long toolLength, long json, long jsonLength, long token, long output, long error);

    int outputJson(long output, long json, long length, long error);

    int outputNames(long output, long json, long length, long error);

    int outputPart(long output, long name, long nameLength, long data, long length, long error);

    void outputFree(long output);

    int clientFetch(long client, long request, long maxBytes, long response, long bytes, long error);

    int clientSend(long client, long request, long response, long error);

    int clientSubmit(long client, long request, long id, long queue, long error);

    int clientClose(long client, long drainMs, long allFinished, long error);

    int clientObserve(long client, long queue, long id, long error);

    void clientFree(long client);

    int requestNew(long method, long methodLength, long url, long urlLength, long request, long error);

    int requestAddHeader(long request, long name, long nameLength, long value, long valueLength, long error);

    int requestAddHeaderBlock(long request, long block, long length, long error);

    int requestSetBodyBytes(long request, long data, long length, long error);

    int requestSetBodyPushed(long request, long length, long body, long error);

    int requestSetOptions(long request, long json, long length, long error);

    int requestSetCancelToken(long request, long token, long error);

    int requestSetPrefetch(long request, long maxBytes, long error);

    void requestFree(long request);

    int bodySubmitWrite(long body, long data, long length, long id, long queue, long error);

    int bodyFinish(long body, long error);

    int bodyAbort(long body, long reason, long length, long error);

    void bodyFree(long body);

    int responseStatus(long response, long status, long error);

    int responseHttpMinorVersion(long response, long minor, long error);

    int responseUrl(long response, long url, long length, long error);

    int responseHeaderBlock(long response, long block, long length, long error);

    int responseContentLength(long response, long length, long error);

    int responseAtHand(long response, long length, long error);

    int responseReport(long response, long report, long error);

    int responseConnection(long response, long connection, long error);

    int responseServerCertificate(long response, long index, long der, long length, long error);

    int responseConnectionReused(long response, long reused, long error);

    int responseRead(long response, long data, long capacity, long read, long error);

    int responseSubmitRead(long response, long maxBytes, long id, long queue, long error);

    int responseSubmitReadAll(long response, long maxBytes, long id, long queue, long error);

    void responseFree(long response);

    int bytesView(long bytes, long data, long length, long error);

    void bytesFree(long bytes);

    int queueNew(long queue, long error);

    void queueFree(long queue);

    int queuePop(long queue, long timeoutMs, long completion, long error);

    int completionInfo(long completion, long id, long kind, long status, long error);

    int completionTakeResponse(long completion, long response, long error);

    int completionTakeError(long completion, long failure, long error);

    int completionBytes(long completion, long data, long length, long error);

    void completionFree(long completion);

    int cancelTokenNew(long token, long error);

    int cancelTokenCancel(long token, long error);

    void cancelTokenFree(long token);

    int errorJson(long failure, long json, long length, long error);

    int errorHandshake(long failure, long json, long length, long error);

    void errorFree(long failure);

    int reportJson(long report, long json, long length, long error);

    void reportFree(long report);

    /** Where a direct buffer lies. */
    long addressOf(ByteBuffer direct);

    /** Memory that {@link #release} gives back. */
    long allocate(long size);

    void release(long address);

    void write(long address, byte[] bytes, int offset, int length);

    void read(long address, byte[] bytes, int offset, int length);
}
