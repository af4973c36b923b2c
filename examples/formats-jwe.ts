import { generateKey, parseKey } from '@waxseal/core'
import { jwe } from '@waxseal/formats/jwe'

const key = parseKey(generateKey())

// #region jwe
const sessions = jwe({ keys: [{ kid: 's1', key }] })
const session = await sessions.seal({ user: 7 })
console.log(session.split('.').length, await sessions.open(session)) // 5 { user: 7 }
// #endregion
