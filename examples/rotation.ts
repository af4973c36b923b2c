import { createSealer, generateKey, staticKeys } from '@waxseal/core'

const k1 = generateKey()
const k2 = generateKey()
const context = { app: 'billing', job: 'invoice' }
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const stored = await before.seal('4111 1111 1111 1111', { context })

// #region rotate
// 1. Every process learns the new key, which does not seal yet.
const newOpens = staticKeys([
  { kid: 'k1', key: k1 },
  { kid: 'k2', key: k2, state: 'decrypt_only' },
])
const both = createSealer({ keys: newOpens })
console.log(both.needsReseal(stored)) // false

// 2. The new key seals, the old one still opens.
const newSeals = staticKeys([
  { kid: 'k2', key: k2 },
  { kid: 'k1', key: k1, state: 'decrypt_only' },
])
const after = createSealer({ keys: newSeals })
console.log(after.needsReseal(stored)) // key

// 3. What is stored moves to the new key.
const moved = await after.reseal(stored, { context })
console.log(after.inspect(moved).kid, after.needsReseal(moved)) // k2 false

// 4. Once nothing is left on it, the old key goes.
const done = createSealer({ keys: staticKeys([{ kid: 'k2', key: k2 }]) })
console.log(await done.open(moved, { context })) // 4111 1111 1111 1111
// #endregion
