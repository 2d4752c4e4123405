/** OpenTelemetry instrumentation of `MinioDatastore`. Requires the package `@opentelemetry/api`. */
import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import type { Attributes, Span, Tracer, TracerProvider } from '@opentelemetry/api';
import { isStorageError } from '@anybucket/core';
import { attemptChannel, callChannel } from './diagnostics.js';
import type { AttemptEvent, CallEvent } from './diagnostics.js';

const instrumentationName = '@anybucket/backend-minio';

/**
 * Creates a span per S3 call (`S3/PutObject`, by the semantic conventions for AWS and S3) with a child per HTTP request (`PUT`, by those for
 * HTTP). It subscribes to the channels of this package, so it works whenever it is enabled. For `registerInstrumentations`, or by itself.
 */
export class MinioInstrumentation {
  readonly instrumentationName = instrumentationName;
  readonly instrumentationVersion = '0.1.0';
  #tracer: Tracer;
  #config: Readonly<Record<string, unknown>> = {};
  #isEnabled = false;
  readonly #spans = new WeakMap<CallEvent | AttemptEvent, Span>();

  /** Enables the instrumentation. @param tracerProvider @defaultValue the global one */
  constructor({ tracerProvider = trace.getTracerProvider() }: { readonly tracerProvider?: TracerProvider } = {}) {
    this.#tracer = tracerProvider.getTracer(instrumentationName);
    this.enable();
  }

  /** Starts to create spans. */
  enable(): void {
    if (this.#isEnabled) return;
    this.#isEnabled = true;
    callChannel.subscribe(this.#callSubscribers);
    attemptChannel.subscribe(this.#attemptSubscribers);
  }

  /** Stops to create spans. */
  disable(): void {
    if (!this.#isEnabled) return;
    this.#isEnabled = false;
    callChannel.unsubscribe(this.#callSubscribers);
    attemptChannel.unsubscribe(this.#attemptSubscribers);
  }

  setTracerProvider(tracerProvider: TracerProvider): void {
    this.#tracer = tracerProvider.getTracer(instrumentationName);
  }

  /** Does nothing: there are no metrics. */
  setMeterProvider(): void {}

  setConfig(config: Readonly<Record<string, unknown>>): void {
    this.#config = config;
  }

  getConfig(): Readonly<Record<string, unknown>> {
    return this.#config;
  }

  readonly #callSubscribers = {
    start: (event: CallEvent): void => {
      const attributes = {
        'rpc.system': 'aws-api',
        'rpc.service': 'S3',
        'rpc.method': event.operation,
        'server.address': event.host,
        'server.port': event.port,
        ...(event.bucket === undefined ? {} : { 'aws.s3.bucket': event.bucket }),
        ...(event.key === undefined ? {} : { 'aws.s3.key': event.key }),
      };
      this.#spans.set(event, this.#tracer.startSpan(`S3/${event.operation}`, { kind: SpanKind.CLIENT, attributes }));
    },
    end: (): void => {},
    asyncStart: (): void => {},
    asyncEnd: (event: CallEvent): void => this.#end(event, {}),
    error: (): void => {},
  };

  readonly #attemptSubscribers = {
    start: (event: AttemptEvent): void => {
      const call = this.#spans.get(event.call);
      const attributes = {
        'http.request.method': event.method,
        'server.address': event.call.host,
        'server.port': event.call.port,
        ...(event.attempt > 1 ? { 'http.request.resend_count': event.attempt - 1 } : {}),
      };
      const parent = call === undefined ? context.active() : trace.setSpan(context.active(), call);
      this.#spans.set(event, this.#tracer.startSpan(event.method, { kind: SpanKind.CLIENT, attributes }, parent));
    },
    end: (): void => {},
    asyncStart: (): void => {},
    asyncEnd: (event: AttemptEvent): void => {
      if (event.requestId !== undefined) this.#spans.get(event.call)?.setAttribute('aws.request_id', event.requestId);
      this.#end(event, {
        ...(event.url === undefined ? {} : { 'url.full': event.url }),
        ...(event.status === undefined ? {} : { 'http.response.status_code': event.status }),
      });
    },
    error: (): void => {},
  };

  #end(event: CallEvent | AttemptEvent, attributes: Attributes): void {
    const span = this.#spans.get(event);
    if (span === undefined) return;
    span.setAttributes(attributes);
    if (event.error !== undefined) {
      const { error } = event;
      span.setAttribute('error.type', isStorageError(error) ? error.code : error instanceof Error ? error.name : '_OTHER');
      span.setStatus({ code: SpanStatusCode.ERROR, ...(error instanceof Error ? { message: error.message } : {}) });
    }
    span.end();
  }
}
