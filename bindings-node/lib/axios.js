'use strict';
// An adapter for axios. The axios that is given makes the exceptions, so that they are of the caller's own axios.

const { STATUS_CODES } = require('node:http');
const { Client } = require('./client.js');
const { Agents } = require('./agents.js');
const { fromAgent } = require('./agent.js');
const { Failure, Reason } = require('./call.js');
const { MtlsError, fromFacts } = require('./errors.js');
const { callOptions } = require('./document.js');
const { rawHeaders, joined } = require('./head.js');
const { BodyStream } = require('./response.js');
const outgoing = require('./outgoing.js');
const { counted, limited, inPieces } = require('./progress.js');

/** As many as axios follows where it is not told. */
const REDIRECTS = 21;

/** Of axios's options, what only its own transport can honour. */
const REFUSED = ['beforeRedirect', 'http2Options', 'lookup', 'maxRate', 'socketPath', 'transport', 'insecureHTTPParser'];

/** Node's names for what went wrong, where it has one; else axios's. */
const CODES = {
  connect_refused: 'ECONNREFUSED',
  connection_reset: 'ECONNRESET',
  host_not_found: 'ENOTFOUND',
  unreachable: 'EHOSTUNREACH',
  bad_url: 'ERR_INVALID_URL',
  bad_header: 'ERR_BAD_OPTION_VALUE',
  bad_option: 'ERR_BAD_OPTION',
  body_truncated: 'ERR_BAD_RESPONSE',
  protocol_error: 'ERR_BAD_RESPONSE',
  body_too_large: 'ERR_BAD_RESPONSE',
  cancelled: 'ERR_CANCELED',
};

/** How axios words a limit of its own. */
class TooLarge {
  constructor(message, code) {
    this.message = message;
    this.code = code;
  }
}

function forAxios(axios) {
  const { AxiosError, CanceledError } = axios;

  function failure(error, config, request) {
    const own = error.code === 'body_source_failed' && error.cause instanceof Error && error.cause.name !== 'Cause';
    const made = new AxiosError(own ? error.cause.message : error.message, codeOf(error, config), config, request);
    if (isTimeout(error) && config.timeout) made.message = config.timeoutErrorMessage || `timeout of ${config.timeout}ms exceeded`;
    made.cause = own ? error.cause : error;
    return made;
  }

  const isTimeout = (error) => error.code === 'timeout' || error.code === 'connect_timeout';

  function codeOf(error, config) {
    if (isTimeout(error)) return config.transitional?.clarifyTimeoutError ? 'ETIMEDOUT' : 'ECONNABORTED';
    return CODES[error.code] ?? 'ERR_NETWORK';
  }

  const refuse = (message, config) => {
    throw new AxiosError(`mutls: ${message}`, 'ERR_BAD_OPTION', config);
  };

  /** The client for a call, by what axios is told of agents, proxies and redirects. */
  function chooser(given) {
    const fixed = given instanceof Client ? given : undefined;
    const ours = fixed ? {} : { redirects: { follow: 'any', max: REDIRECTS }, ...given };
    const agents = new Agents(ours);
    const names = ['cert', 'key', 'certFile', 'keyFile', 'pkcs12File', 'ca', 'caFile', 'identity', 'trust'];
    const hasOwn = fixed !== undefined || names.some((name) => ours[name] !== undefined);
    return (config) => {
      const { httpsAgent: agent, proxy, maxRedirects } = config;
      if (agent && hasOwn && Object.keys(fromAgent(agent)).length > 0) {
        refuse('`httpsAgent` beside an identity or trust of the adapter: one of the two would be ignored', config);
      }
      const more = {};
      if (proxy === false) more.proxy = 'none';
      else if (proxy) more.proxy = proxyOptions(proxy);
      if (maxRedirects > 0) more.redirects = { ...ours.redirects, max: maxRedirects };
      if (fixed === undefined) return agents.client(hasOwn ? undefined : agent, JSON.stringify(more), more);
      if (proxy) refuse('`proxy` is an option of the client that the adapter was given', config);
      if (maxRedirects > 0) refuse('`maxRedirects` is an option of the client that the adapter was given (`redirects.max`); 0 is honoured', config);
      return fixed;
    };
  }

  function proxyOptions(proxy) {
    const { protocol = 'http', host, hostname = host, port, auth } = proxy;
    const url = `${protocol.replace(/:$/, '')}://${hostname.includes(':') ? `[${hostname}]` : hostname}${port ? `:${port}` : ''}`;
    return { url, ...(auth && { username: auth.username, password: auth.password }) };
  }

  /** What is sent, in the shape of `Call`. */
  function prepare(config) {
    for (const name of REFUSED) if (config[name]) refuse(`\`${name}\` cannot be honoured`, config);
    if (config.httpVersion && Number(config.httpVersion) !== 1) refuse('`httpVersion`: HTTP/1.1 is spoken', config);
    if (config.family) refuse('`family` cannot be honoured', config);
    const url = axios.getUri(config);
    const method = (config.method ?? 'get').toUpperCase();
    const headers = axios.AxiosHeaders.from(config.headers ?? {});
    if (axios.VERSION) headers.set('User-Agent', `axios/${axios.VERSION}`, false);
    if (config.auth) {
      const { username = '', password = '' } = config.auth;
      headers.set('Authorization', `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
    }
    let body = bodyOf(config);
    if (body?.type !== undefined) headers.set('Content-Type', body.type);
    const announced = headers.get('Content-Length');
    if (body?.source !== undefined && body.length === -1 && announced) body.length = Number(announced);
    // These follow from the body and the connection.
    for (const name of ['Content-Length', 'Transfer-Encoding', 'Connection']) headers.delete(name);
    const limit = config.maxBodyLength > -1 ? config.maxBodyLength : undefined;
    const tooLarge = new TooLarge('Request body larger than maxBodyLength limit', 'ERR_BAD_REQUEST');
    if (body?.bytes?.length > limit) throw new AxiosError(tooLarge.message, tooLarge.code, config);
    if (body?.source !== undefined && limit !== undefined) body = { ...body, source: limited(body.source, limit, tooLarge) };
    if (config.onUploadProgress && body?.bytes !== undefined) body = { source: inPieces(body.bytes), length: body.bytes.length };
    const onUpload = config.onUploadProgress && counted(config.onUploadProgress, 'upload', body?.length);
    const pairs = Object.entries(headers.toJSON()).filter(([, value]) => value !== false);
    const { head, headers: count } = outgoing.head(method, url, pairs);
    return { request: { head, headers: count, body, onUpload, options: optionsOf(config) }, url, method };
  }

  function bodyOf(config) {
    const { data } = config;
    try {
      return outgoing.body(data === null ? undefined : data);
    } catch (error) {
      if (!(error instanceof MtlsError)) throw error;
      const message = 'Data after transformation must be a string, an ArrayBuffer, a Buffer, or a Stream';
      throw new AxiosError(message, 'ERR_BAD_REQUEST', config);
    }
  }

  function optionsOf(config) {
    const { timeout, responseType } = config;
    const ms = Number(timeout || 0);
    const options = {
      decompress: config.decompress === false ? false : undefined,
      redirects: config.maxRedirects === 0 ? 'none' : undefined,
    };
    if (Number.isNaN(ms)) throw new AxiosError('error trying to parse `config.timeout` to int', 'ERR_BAD_OPTION_VALUE', config);
    // A stream may flow for longer, as long as it flows.
    if (ms > 0 && responseType === 'stream') {
      const names = ['queueMs', 'dnsMs', 'connectMs', 'handshakeMs', 'firstByteMs', 'readMs'];
      options.timeouts = Object.fromEntries(names.map((name) => [name, Math.ceil(ms)]));
    } else if (ms > 0) {
      options.timeout = Math.ceil(ms);
    }
    return callOptions(options);
  }

  /** Both of axios's ways to cancel, as one signal. Returns what stops listening. */
  function cancellation(config, request) {
    const { signal, cancelToken } = config;
    if (!signal && !cancelToken) return [undefined, () => {}];
    const controller = new AbortController();
    const cancel = (why) => controller.abort(!why || why.type ? new CanceledError(null, config, request) : why);
    cancelToken?.subscribe(cancel);
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel);
    const stop = () => {
      cancelToken?.unsubscribe(cancel);
      signal?.removeEventListener('abort', cancel);
    };
    return [controller.signal, stop];
  }

  async function whole(call, config, length) {
    const { maxContentLength, onDownloadProgress } = config;
    const tell = onDownloadProgress && counted(onDownloadProgress, 'download', length);
    const pieces = [];
    let sum = 0;
    for await (const piece of new BodyStream(call)) {
      sum += piece.length;
      if (maxContentLength > -1 && sum > maxContentLength) {
        throw new TooLarge(`maxContentLength size of ${maxContentLength} exceeded`, 'ERR_BAD_RESPONSE');
      }
      pieces.push(piece);
      tell?.(sum);
    }
    return Buffer.concat(pieces);
  }

  /** The body in the form that the caller wants. */
  function formed(bytes, config, type) {
    switch (config.responseType) {
      case 'arraybuffer':
        return bytes;
      case 'blob':
        return new Blob([bytes], { type });
      default: {
        const text = bytes.toString(config.responseEncoding === 'utf8' ? undefined : config.responseEncoding || undefined);
        return !config.responseEncoding || config.responseEncoding === 'utf8' ? text.replace(/^\uFEFF/, '') : text;
      }
    }
  }

  function settle(response) {
    const { status, config, request } = response;
    const { validateStatus } = config;
    if (!status || !validateStatus || validateStatus(status)) return response;
    const code = status >= 400 && status < 500 ? 'ERR_BAD_REQUEST' : 'ERR_BAD_RESPONSE';
    throw new AxiosError(`Request failed with status code ${status}`, code, config, request, response);
  }

  function createAdapter(given) {
    const choose = chooser(given);
    return async function mutlsAdapter(config) {
      const request = { method: undefined, path: undefined, host: undefined, protocol: undefined, res: undefined };
      let stop = () => {};
      try {
        const prepared = prepare(config);
        const client = choose(config);
        describe(request, prepared.method, client._resolve(prepared.url));
        const [signal, unlisten] = cancellation(config, request);
        stop = unlisten;
        const streamed = config.responseType === 'stream';
        const atOnce = !streamed && !config.onDownloadProgress && !(config.maxContentLength > -1);
        let call;
        const head = await client._begin({ ...prepared.request, signal }, atOnce, (begun) => (call = begun));
        if (head instanceof Reason) throw head.reason;
        if (head instanceof Failure) throw fromFacts(head.facts, head.cause);
        request.res = { responseUrl: head.url };
        const headers = joined(rawHeaders(head));
        const response = {
          status: head.status,
          statusText: STATUS_CODES[head.status] ?? '',
          headers: new axios.AxiosHeaders(headers),
          config,
          request,
        };
        if (streamed) {
          response.data = streamOf(call, config, request, head.contentLength);
          response.data.once('close', stop);
          stop = () => {};
        } else {
          const bytes = atOnce ? head.body : await whole(call, config, head.contentLength);
          response.data = formed(bytes, config, headers['content-type']);
        }
        return settle(response);
      } catch (error) {
        const known = error.cause instanceof TooLarge ? error.cause : error;
        if (known instanceof TooLarge) throw new AxiosError(known.message, known.code, config, request);
        if (error instanceof MtlsError) throw failure(error, config, request);
        throw error;
      } finally {
        stop();
      }
    };

    function streamOf(call, config, request, length) {
      const explain = (failed) =>
        failed instanceof Reason ? failed.reason : failure(fromFacts(failed.facts, failed.cause), config, request);
      const stream = new BodyStream(call, explain);
      if (config.onDownloadProgress) {
        const tell = counted(config.onDownloadProgress, 'download', length);
        let sum = 0;
        const push = stream.push.bind(stream);
        stream.push = (piece) => {
          if (piece !== null) tell((sum += piece.length));
          return push(piece);
        };
      }
      return stream;
    }
  }

  return { createAdapter, create };

  /** An axios that makes its calls with mutls. */
  function create(config = {}) {
    const { mutls, ...rest } = config;
    const instance = axios.create({ ...rest, adapter: createAdapter(mutls) });
    for (const [name, value] of Object.entries(axios)) if (!(name in instance) || name === 'create') instance[name] = value;
    return Object.assign(instance, { create, createAdapter });
  }
}

function describe(request, method, url) {
  Object.assign(request, { method });
  try {
    const { pathname, search, host, protocol } = new URL(url);
    Object.assign(request, { path: pathname + search, host, protocol });
  } catch {
    // Core will say what is wrong with it.
  }
}

module.exports = { forAxios };
