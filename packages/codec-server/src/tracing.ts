import { SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { CodecServer } from './codec-server.js'

const OPERATIONS = ['decode', 'encode', 'open', 'inspect', 'keys']

/**
 * The same server with a span of OpenTelemetry around every call: method, operation and status, no payload and nothing of a caller's.
 *
 * @example
 * const traced = withTracing(createCodecServer(options))
 */
export function withTracing(server: CodecServer, tracer: Tracer = trace.getTracer('@waxseal/codec-server')): CodecServer {
  return Object.freeze<CodecServer>({
    flush: () => server.flush(),
    fetch(request, connection) {
      const last = new URL(request.url).pathname.split('/').at(-1) ?? ''
      const operation = OPERATIONS.includes(last) ? last : 'none'
      const attributes = { 'http.request.method': request.method, 'waxseal.operation': operation }
      return tracer.startActiveSpan(`codec ${operation}`, { kind: SpanKind.SERVER, attributes }, async (span) => {
        try {
          const response = await server.fetch(request, connection)
          span.setAttribute('http.response.status_code', response.status)
          if (response.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
          return response
        } finally {
          span.end()
        }
      })
    },
  })
}
