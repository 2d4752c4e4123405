import { request as httpRequest } from 'node:http';
import type { ClientRequestArgs } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { AgentOptions } from 'node:https';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { StorageError } from '@anybucket/core/backend';
import type { Environment } from '../environment.js';
import { hostHeader } from './endpoint.js';
import type { Endpoint } from './endpoint.js';
import { connectionError, errorDetail, timeoutError } from './network-errors.js';

/** An HTTP proxy. A class, so that printing it does not show its credentials. */
export class Proxy {
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  readonly port: number;
  readonly #authorization: string | undefined;

  constructor(url: URL) {
    this.protocol = url.protocol === 'https:' ? 'https:' : 'http:';
    this.host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    this.port = url.port === '' ? (this.protocol === 'https:' ? 443 : 80) : Number(url.port);
    const { username, password } = url;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.#authorization = username === '' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  /** Returns the headers that authenticate a request to the proxy. */
  headers(): Record<string, string> {
    return this.#authorization === undefined ? {} : { 'proxy-authorization': this.#authorization };
  }
}

/**
 * Returns the proxy for an endpoint: that of the option `proxy`, or of the environment unless `NO_PROXY` excludes the host.
 * @throws `ConfigError` that contains nothing of the URL.
 */
export function selectProxy(option: string | false | undefined, { protocol, host, port }: Endpoint, env: Environment): Proxy | undefined {
  if (option === false) return undefined;
  if (option !== undefined) return parseProxy(option, '`proxy`');
  const variable = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const url = readEither(env, variable);
  if (url === undefined || isLoopback(host) || isExcluded(readEither(env, 'NO_PROXY') ?? '', host, port)) return undefined;
  return parseProxy(url, variable);
}

function readEither(env: Environment, name: string): string | undefined {
  const value = env[name] ?? env[name.toLowerCase()];
  return value === '' ? undefined : value;
}

function parseProxy(text: string, name: string): Proxy | undefined {
  const withScheme = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    throw new StorageError({ code: 'ConfigError', message: `${name} must be the http or https URL of a proxy` });
  return new Proxy(url);
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  if (isIP(host) !== 0) return loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
  return /^(?:.*\.)?localhost$/i.test(host);
}

/** Evaluates `NO_PROXY` as Go does: `*`, hosts with all their subdomains, addresses and subnets, each optionally with a port. */
function isExcluded(list: string, host: string, port: number): boolean {
  const name = host.toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '') return false;
      if (entry === '*') return true;
      const [, pattern = entry, ownPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
      if (ownPort !== undefined && Number(ownPort) !== port) return false;
      const target = pattern.replace(/^\[(.*)\]$/, '$1');
      const [address = '', bits] = target.split('/');
      if (bits !== undefined && isIP(address) !== 0 && isIP(address) === isIP(name)) {
        const family = isIPv6(address) ? 'ipv6' : 'ipv4';
        const subnet = new BlockList();
        subnet.addSubnet(address, Number(bits), family);
        return subnet.check(name, family);
      }
      const domain = target.replace(/^\*?\./, '');
      return name === domain || name.endsWith(`.${domain}`);
    });
}

/** An agent for HTTPS whose connections are tunnels through a proxy (CONNECT). */
export class TunnelAgent extends TlsAgent {
  readonly #proxy: Proxy;
  readonly #timeoutMs: number;

  /** @param timeoutMs timeout of the tunnel, including the TLS handshake with the server. */
  constructor(proxy: Proxy, timeoutMs: number, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(options: ClientRequestArgs, onCreate?: (error: Error | null, stream: Duplex) => void): Duplex {
    this.#connect(options as ConnectionOptions).then(
      (socket) => onCreate?.(null, socket),
      // The second argument is not used after an error.
      (error: unknown) => (onCreate as ((error: unknown) => void) | undefined)?.(error),
    );
    // Without a result, Node waits for the callback, which the types do not describe.
    return undefined as unknown as Duplex;
  }

  async #connect(options: ConnectionOptions): Promise<Duplex> {
    const { host, port, protocol } = this.#proxy;
    const target = hostHeader({ protocol: 'http:', port: options.port ?? 443 }, options.host ?? '');
    const path = target.endsWith(`:${options.port}`) ? target : `${target}:${options.port ?? 443}`;
    return new Promise<Duplex>((resolve, reject) => {
      const send = protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send({ host, port, method: 'CONNECT', path, agent: false, headers: { host: path, ...this.#proxy.headers() } });
      const timer = setTimeout(() => {
        request.destroy();
        reject(timeoutError(`no connection through the proxy within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      const fail = (error: unknown): void => {
        clearTimeout(timer);
        reject(error);
      };
      request.on('error', (cause) => fail(proxyFailure(connectionError(cause))));
      // A response without an upgrade: the proxy is a web server.
      request.on('response', ({ statusCode }) => {
        request.destroy();
        fail(refused(statusCode));
      });
      request.on('connect', ({ statusCode }, tunnel) => {
        if (statusCode !== 200) {
          tunnel.destroy();
          fail(refused(statusCode));
          return;
        }
        const socket = tlsConnect({ ...options, socket: tunnel });
        socket.once('error', fail);
        socket.once('secureConnect', () => {
          clearTimeout(timer);
          socket.off('error', fail);
          resolve(socket);
        });
      });
      request.end();
    });
  }
}

/** Returns the error for a connection to a proxy that could not be established. */
export function proxyFailure({ retryable, cause }: StorageError): StorageError {
  const message = 'the connection to the proxy failed: check `proxy`, HTTP_PROXY, HTTPS_PROXY and NO_PROXY';
  return proxyError(`${message} (${errorDetail(cause)})`, retryable, cause);
}

function refused(status: number | undefined): StorageError {
  const hint = status === 407 ? 'set its credentials in `proxy` or HTTPS_PROXY' : 'check `proxy`, HTTPS_PROXY and NO_PROXY';
  return proxyError(`the proxy refused the connection with HTTP ${status}: ${hint}`, status === 502 || status === 503 || status === 504);
}

function proxyError(message: string, retryable: boolean, cause?: unknown): StorageError {
  return new StorageError({ code: 'ConnectionFailed', message, retryable, cause });
}
