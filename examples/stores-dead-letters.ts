import { memoryDeadLetterStore, sealedDeadLetterSink } from '@waxseal/adapter-stores'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const inner = memoryDeadLetterStore()

// #region use
const deadLetters = sealedDeadLetterSink(inner, { sealer, app: 'gateway' })
const error = new Error('no mailbox of ada@example.com')
await deadLetters.push({ kind: 'send_email', tenant: 'acme', payload: { to: 'ada@example.com' }, error, attempts: 5 })
console.log(await deadLetters.len()) // 1

// What does not open stays where it is, and is told; the others are taken out, each by one caller.
const { letters, unopened } = await deadLetters.drain()
console.log(letters[0]?.payload, unopened.length) // { to: 'ada@example.com' } 0
console.log(await deadLetters.isEmpty()) // true
// #endregion
