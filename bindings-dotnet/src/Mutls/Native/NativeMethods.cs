using System;
using System.Runtime.InteropServices;

namespace Mutls
{
    /// <summary>What is called of include/mutls.h, by its names there. Outputs are written on success alone, errors on failure.</summary>
    internal static unsafe class NativeMethods
    {
        private const string Library = "mutls";
        private const CallingConvention C = CallingConvention.Cdecl;

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern uint mutls_abi_version();

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern IntPtr mutls_version();

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_config_new(byte* json, UIntPtr length, out IntPtr config, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_config_set_bytes(ConfigHandle config, byte* name, UIntPtr nameLength, byte* value,
            UIntPtr valueLength, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_config_free(IntPtr config);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_client_new(ConfigHandle config, out IntPtr client, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_client_reload(ClientHandle client, ConfigHandle config, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_client_send(ClientHandle client, RequestHandle request, out IntPtr response,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_client_submit(ClientHandle client, RequestHandle request, ulong id, QueueHandle queue,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_client_close(ClientHandle client, ulong drainMs, out int allFinished, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_client_observe(ClientHandle client, QueueHandle queue, ulong id, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_client_free(IntPtr client);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_diagnose(ConfigHandle config, RequestHandle request, int probe, out IntPtr diagnosis,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_client_diagnose(ClientHandle client, RequestHandle request, int probe,
            out IntPtr diagnosis, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_diagnosis_json(IntPtr diagnosis, out byte* json, out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_diagnosis_text(IntPtr diagnosis, out byte* text, out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_diagnosis_html(IntPtr diagnosis, out byte* html, out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_diagnosis_free(IntPtr diagnosis);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_request_new(byte* method, UIntPtr methodLength, byte* url, UIntPtr urlLength,
            out IntPtr request, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_request_add_header(RequestHandle request, byte* name, UIntPtr nameLength, byte* value,
            UIntPtr valueLength, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_request_add_header_block(RequestHandle request, byte* block, UIntPtr length,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_request_set_body_bytes(RequestHandle request, byte* data, UIntPtr length,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_request_set_body_pushed(RequestHandle request, long length, out IntPtr body,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_request_set_options(RequestHandle request, byte* json, UIntPtr length,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_request_set_cancel_token(RequestHandle request, CancelHandle token, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_request_free(IntPtr request);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_body_write(BodyHandle body, byte* data, UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_body_submit_write(BodyHandle body, byte* data, UIntPtr length, ulong id,
            QueueHandle queue, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_body_finish(BodyHandle body, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_body_abort(BodyHandle body, byte* reason, UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_body_free(IntPtr body);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_status(ResponseHandle response, out int status, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_http_minor_version(ResponseHandle response, out int minor, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_url(ResponseHandle response, out byte* url, out UIntPtr length,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_header_block(ResponseHandle response, out byte* block, out UIntPtr length,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_content_length(ResponseHandle response, out long length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_at_hand(ResponseHandle response, out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_decoded(ResponseHandle response, out int decoded, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_report(ResponseHandle response, out IntPtr report, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_connection(ResponseHandle response, out ulong connection, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_connection_reused(ResponseHandle response, out int reused, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_read(ResponseHandle response, byte* data, UIntPtr capacity, out UIntPtr read,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_response_submit_read(ResponseHandle response, UIntPtr maxBytes, ulong id,
            QueueHandle queue, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_response_free(IntPtr response);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_queue_new(out IntPtr queue, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_queue_pop(QueueHandle queue, long timeoutMs, out IntPtr completion, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_queue_free(IntPtr queue);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_completion_info(CompletionHandle completion, out ulong id, out int kind,
            out int status, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_completion_take_response(CompletionHandle completion, out IntPtr response,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_completion_take_error(CompletionHandle completion, out IntPtr failure,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_completion_bytes(CompletionHandle completion, out byte* data, out UIntPtr length,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_completion_free(IntPtr completion);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_cancel_token_new(out IntPtr token, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_cancel_token_cancel(CancelHandle token, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_cancel_token_free(IntPtr token);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_error_json(IntPtr failure, out byte* json, out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_error_handshake(IntPtr failure, out byte* json, out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_error_free(IntPtr failure);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_report_json(ReportHandle report, out byte* json, out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_report_free(IntPtr report);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_tool_run_cancellable(ConfigHandle config, byte* tool, UIntPtr toolLength, byte* json,
            UIntPtr jsonLength, CancelHandle token, out IntPtr output, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_output_json(IntPtr output, out byte* json, out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_output_names(IntPtr output, out byte* json, out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern int mutls_output_part(IntPtr output, byte* name, UIntPtr nameLength, out byte* data,
            out UIntPtr length, out IntPtr error);

        [DllImport(Library, CallingConvention = C, ExactSpelling = true)]
        internal static extern void mutls_output_free(IntPtr output);
    }
}
