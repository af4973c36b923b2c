import { createSealer, generateKey, parseKey, staticKeys } from '@waxseal/core'
import { acteon, adkSecureSessions, detectFormat, fernet, openAny } from '@waxseal/formats'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const context = { app: 'shop' }
const [fernetKey, acteonKey, sessionKey] = [generateKey(), parseKey(generateKey()), parseKey(generateKey())]

// #region read-and-write
const tokens = fernet({ keys: fernetKey })
const token = await tokens.seal('4111 1111 1111 1111') // what Python's cryptography opens
console.log(await tokens.open(token)) // 4111 1111 1111 1111

const cells = adkSecureSessions({ aesGcm: sessionKey })
const cell = await cells.seal({ step: 2 }) // what adk-secure-sessions opens
console.log(await cells.open(cell)) // { step: 2 }
// #endregion

const payloads = acteon({ keys: [{ kid: 'k1', key: acteonKey }] })
const [sealed, payload] = [await sealer.seal('ours', { context }), await payloads.seal({ theirs: true })]

// #region any
console.log(detectFormat(token)) // { format: 'fernet', commits: false }
console.log(detectFormat(payload)?.keyId) // k1

const accept = [tokens, payloads]
console.log(await openAny(payload, { accept })) // { value: { theirs: true }, format: 'acteon', commits: false }
console.log((await openAny(sealed, { accept, sealer, context })).value) // ours

const refused = await openAny(cell, { accept }).catch((error) => error.code)
console.log(refused) // plaintext_rejected
// #endregion
