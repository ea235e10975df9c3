'use strict';
// Our errors as undici's most specific ones, with ours as the cause.

/** Code of undici's, and its words, by the name of the class. */
const KNOWN = {
  BodyTimeoutError: ['UND_ERR_BODY_TIMEOUT', 'Body Timeout Error'],
  ClientClosedError: ['UND_ERR_CLOSED', 'The client is closed'],
  ClientDestroyedError: ['UND_ERR_DESTROYED', 'The client is destroyed'],
  ConnectTimeoutError: ['UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error'],
  HTTPParserError: ['UND_ERR_HTTP_PARSER', 'HTTP parser error'],
  HeadersTimeoutError: ['UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error'],
  InvalidArgumentError: ['UND_ERR_INVALID_ARG', 'Invalid Argument Error'],
  NotSupportedError: ['UND_ERR_NOT_SUPPORTED', 'Not Supported error'],
  RequestAbortedError: ['UND_ERR_ABORTED', 'Request aborted'],
  RequestContentLengthMismatchError: ['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'Request body length does not match content-length header'],
  ResponseExceededMaxSizeError: ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'Response content exceeded max size'],
  SocketError: ['UND_ERR_SOCKET', 'Socket error'],
};

/** undici's classes, or ones with the same names and codes where it is not installed. */
function errorClasses(given = {}) {
  const classes = {};
  for (const [name, [code, words]] of Object.entries(KNOWN)) {
    classes[name] =
      given[name] ??
      class extends Error {
        constructor(message = words) {
          super(message);
          this.name = name;
          this.code = code;
        }
      };
  }
  return classes;
}

function classFor(error) {
  switch (error.code) {
    case 'timeout':
      if (error.phase === 'body') return 'BodyTimeoutError';
      return error.phase === 'receive' || error.phase === 'send' ? 'HeadersTimeoutError' : 'ConnectTimeoutError';
    case 'connect_timeout':
      return 'ConnectTimeoutError';
    case 'cancelled':
      return 'RequestAbortedError';
    case 'closed':
      return 'ClientClosedError';
    case 'connect_refused':
    case 'connection_reset':
    case 'unreachable':
    case 'host_not_found':
    case 'body_truncated':
      return 'SocketError';
    case 'protocol_error':
      return 'HTTPParserError';
    case 'body_too_large':
      return 'ResponseExceededMaxSizeError';
    case 'bad_url':
    case 'bad_header':
    case 'bad_option':
      return 'InvalidArgumentError';
    default:
      return undefined;
  }
}

/** What a handler is told of an `MtlsError`. TLS has no class of undici's: then it is ours. */
function explain(errors, error) {
  // The source of a request's body failed: with its own exception, as in undici.
  if (error.code === 'body_source_failed' && error.cause instanceof Error && error.cause.name !== 'Cause') return error.cause;
  const name = classFor(error);
  if (name === undefined) return error;
  const translated = new errors[name](error.message);
  translated.cause = error;
  return translated;
}

module.exports = { errorClasses, explain };
