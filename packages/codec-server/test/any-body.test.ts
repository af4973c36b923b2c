import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ask, sealed, sealedPayload, serverWith } from './bench.js'

const material = Buffer.from('test-key-test-key-test-key-test!')
const ojs = { keys: { getKey: (id: string) => (id === 'k' ? material : undefined), getCurrentKeyId: () => 'k' } }
const options = { limits: { callsPerMinute: 1_000_000, burst: 1_000_000 } }
const spec = serverWith({ ...options, ojs })
const go = serverWith({ ...options, ojs: { ...ojs, dialect: 'go' } })

const envelope = await sealed({ a: 1 })
const payload = await sealedPayload({ a: 1 })
const part = fc.constantFrom<unknown>(
  envelope,
  envelope.slice(0, -3),
  payload,
  payload.data,
  `\\x${'c101'.repeat(9)}`,
  'binary/waxseal',
  'YmluYXJ5L3dheHNlYWw=',
)
const names = fc.constantFrom(
  'payloads',
  'metadata',
  'data',
  'encoding',
  'document',
  '$wax',
  '$id',
  '$doc',
  'context',
  'surface',
  'name',
  'scope',
  'ojs_encoded',
  'ojs_codec',
  'ojs_key_id',
  'externalPayloads',
  'size_bytes',
  '__proto__',
  'toString',
)
const { body } = fc.letrec((tie) => ({
  body: fc.oneof({ maxDepth: 5 }, part, fc.jsonValue({ maxDepth: 1 }), tie('list'), tie('object')),
  list: fc.array(tie('body'), { maxLength: 3 }),
  object: fc.array(fc.tuple(names, tie('body')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
}))
const framed = fc.oneof(
  body,
  body.map((document) => ({ document })),
  fc.array(body, { maxLength: 3 }).map((payloads) => ({ payloads })),
)
const paths = fc.constantFrom('/decode', '/encode', '/open', '/inspect', '/codec/decode', '/codec/encode')

describe('any body', () => {
  it('is answered or refused, and breaks nothing', async () => {
    await fc.assert(
      fc.asyncProperty(paths, framed, fc.boolean(), async (path, value, isGo) => {
        const text = JSON.stringify(value) ?? 'null'
        const response = await ask(isGo ? go : spec, { path, body: text, headers: { 'x-namespace': 'default' } })
        expect([200, 400, 403, 413]).toContain(response.status)
        const answer = await response.json()
        if (response.status === 200 && path === '/decode')
          expect(answer.payloads.length).toBe(JSON.parse(text).payloads?.length ?? 0)
      }),
      { numRuns: 1500 },
    )
  })
})
