import type { Span, SpanOptions, Tracer } from '@opentelemetry/api'
import { expect, it } from 'vitest'
import { withTracing } from '../src/tracing.js'
import { ask, sealed, serverWith, TOKENS } from './bench.js'

/** Keeps what is told of spans. */
function recorder() {
  const told: unknown[] = []
  const span = {
    setAttribute: (...attribute: unknown[]) => told.push(attribute),
    setStatus: (status: unknown) => told.push(status),
    end: () => told.push('end'),
  } as unknown as Span
  const startActiveSpan = (name: string, options: SpanOptions, run: (span: Span) => unknown) => {
    told.push(name, options)
    return run(span)
  }
  return { told, tracer: { startActiveSpan } as unknown as Tracer }
}

it('traces calls by operation and status, and nothing of a caller', async () => {
  const { told, tracer } = recorder()
  const server = withTracing(serverWith(), tracer)
  expect((await ask(server, { path: '/people/open?card=4111', body: { document: await sealed('canary') } })).status).toBe(200)
  expect((await ask(server, { path: '/4111/nope', body: {} })).status).toBe(404)
  expect(told).toMatchObject([
    'codec open',
    { attributes: { 'http.request.method': 'POST', 'waxseal.operation': 'open' } },
    ['http.response.status_code', 200],
    'end',
    'codec none',
    { attributes: { 'waxseal.operation': 'none' } },
    ['http.response.status_code', 404],
    'end',
  ])
  for (const hidden of ['canary', 'people', '4111', TOKENS.ann, 'ann']) expect(JSON.stringify(told)).not.toContain(hidden)
})

it('marks what fails here as an error', async () => {
  const { told, tracer } = recorder()
  const trail = { append: () => Promise.reject(new Error('down')) }
  await ask(withTracing(serverWith({ trail }), tracer), { body: { document: 1 } })
  expect(told).toContainEqual({ code: 2 })
})
