import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSessionService } from '@google/adk'
import { LibSqlDriver } from '@mikro-orm/libsql'
import { sealedSessionService } from '@waxseal/adapter-adk'
import { createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })
const folder = mkdtempSync(join(tmpdir(), 'waxseal-'))
const file = join(folder, 'sessions.db')
const fileKey = generateKey()

// #region adk-encrypted-file
const encrypted = new DatabaseSessionService({
  driver: LibSqlDriver,
  dbName: file,
  driverOptions: { connection: { encryptionCipher: 'aes256cbc', encryptionKey: fileKey } },
})
const sessionService = sealedSessionService(encrypted, { sealer })
// #endregion

const { id } = await sessionService.createSession({ appName: 'support', userId: 'u1', state: { balance: 12.5 } })
const found = await sessionService.getSession({ appName: 'support', userId: 'u1', sessionId: id })
console.log(found?.state.balance) // 12.5
console.log(readFileSync(file).includes('support')) // false
rmSync(folder, { recursive: true })
// ADK's service keeps its connections.
process.exit()
