import { it, expect } from 'vitest'
import fc from 'fast-check'
import pino from 'pino'
import { redactError } from '../src/redaction/redact-error.ts'
import { redactText } from '../src/redaction/redact-text.ts'
import { redactDocument } from '../src/redaction/redact-document.ts'
import { pinoRedaction } from '../src/redaction/pino.ts'
import { detector, texts, planted } from './redaction/samples.ts'
function bench(name: string, run: () => void) {
  for (let i = 0; i < 2000; i++) run()
  let best = Infinity
  for (let r = 0; r < 7; r++) { const s = performance.now(); for (let i = 0; i < 2000; i++) run(); best = Math.min(best, (performance.now() - s) / 2000) }
  console.log(name.padEnd(40), (best * 1000).toFixed(2), 'us')
}
it('bench', () => {
  const clean = { id: 'ord-1234', status: 'active', created: '2024-01-02T03:04:05Z', items: Array.from({ length: 8 }, (_, i) => ({ sku: 'X-' + i, title: 'A thing of some beauty and use', count: i, price: 12.5, tags: ['red', 'large'] })), meta: { region: 'eu-west-1', retries: 3, ok: true } }
  const dirty = { ...clean, customer: { email: 'jane.doe@example.com', firstName: 'Jane', phone: '+1 415 555 0132' }, note: 'call +1 415 555 0132 or jane.doe@example.com today' }
  console.log(JSON.stringify(clean).length, JSON.stringify(dirty).length)
  const text = JSON.stringify(clean).replaceAll('"', ' '), dt = JSON.stringify(dirty)
  bench('detectText clean', () => void detector.detectText(text))
  bench('redactText clean', () => void redactText(text, { detector }))
  bench('detectText short clean', () => void detector.detectText('hello world 12'))
  bench('redactText short clean', () => void redactText('hello world 12', { detector }))
  bench('detectText dirty', () => void detector.detectText(dt))
  bench('redactText dirty', () => void redactText(dt, { detector }))
  bench('detectDocument clean', () => void detector.detectDocument(clean))
  bench('redactDocument clean', () => void redactDocument(clean, { detector }))
  bench('detectDocument dirty', () => void detector.detectDocument(dirty))
  bench('redactDocument dirty', () => void redactDocument(dirty, { detector }))
  const s = { write: () => {} }
  const plain = pino({}, s), red = pino(pinoRedaction(detector), s)
  bench('pino plain small', () => plain.info({ id: 7, region: 'eu-west-1' }, 'hello %s', 'you'))
  bench('pino redacted small', () => red.info({ id: 7, region: 'eu-west-1' }, 'hello %s', 'you'))
  bench('pino plain dirty', () => plain.info(dirty, 'hello'))
  bench('pino redacted dirty', () => red.info(dirty, 'hello'))
  const e = new Error('plain'); e.stack
  bench('redactError clear', () => void redactError(e, { detector }))
  const e2 = new Error('jane.doe@example.com'); e2.stack
  bench('redactError dirty', () => void redactError(e2, { detector }))
})
it('fuzz text', () => {
  for (const replace of ['mask', 'type'] as const)
  fc.assert(fc.property(texts, (t) => { const once = redactText(t, { detector, replace }); expect(redactText(once, { detector, replace })).toBe(once) }), { numRuns: 15000 })
}, 200000)
it('fuzz docs', () => {
  const values = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, texts,
      fc.constantFrom<unknown>(...planted, 'Jane', 'Jane Doe', 'A••• L•••', '•• x ••', 4155550132, 123456789, '1985-03-12', '10 Main Street', 'Bearer abc', null, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('email', 'password', 'name', 'phone', 'value', 'note', 'token', 'ssn', 'dob', 'address', 'iban', 'ip', 'card', 'cvv', 'user', 'customer', 'lat', 'salary', 'username', 'key', 'a b', planted[0]!), tie('value'), { maxKeys: 5 })),
  })).value
  for (const replace of ['mask', 'type'] as const)
  fc.assert(fc.property(values, (v) => { const once = redactDocument(v, { detector, replace }); const twice = redactDocument(once, { detector, replace }); if (twice !== once) expect(JSON.stringify(twice)).toBe(JSON.stringify(once)); expect(twice).toBe(once) }), { numRuns: 6000 })
}, 200000)
