import { staticKeys } from '@waxseal/core'
import { createTestSealer } from '@waxseal/core/testing'

// #region testing
const sealer = createTestSealer({
  keys: staticKeys([{ kid: 'test', key: '01'.repeat(32) }]),
  randomBytes: (out) => out.fill(7),
  now: () => Date.UTC(2030, 0, 1),
})
const context = { app: 'billing', job: 'invoice' }

// Fixed randomness makes equal envelopes, so that a snapshot can hold them.
const [first, second] = await Promise.all([sealer.seal(42, { context }), sealer.seal(42, { context })])
console.log(first === second) // true
// #endregion
