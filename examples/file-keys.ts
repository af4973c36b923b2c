import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSealer } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { envUri, fileKeys, fileUri, generateKey } from '@waxseal/keys-env'

const folder = mkdtempSync(join(tmpdir(), 'waxseal-example-'))
const path = join(folder, 'keys')
writeFileSync(path, `# the first seals\nk2:${generateKey()}\nk1:${generateKey()}\n`, { mode: 0o600 })
const context = { app: 'billing', job: 'invoice' }

// #region file
const sealer = createSealer({ keys: fileKeys(path) })
const sealed = await sealer.seal('4111 1111 1111 1111', { context })
console.log(sealer.inspect(sealed).kid) // k2
// #endregion

// #region uri
// One setting says where the keys are: env://WAXSEAL_KEYS, file:///run/secrets/waxseal-keys
const setting = `file://${path}`
const keys = openKeys(setting, { env: envUri, file: fileUri }, { env: process.env })
console.log(await createSealer({ keys }).open(sealed, { context })) // 4111 1111 1111 1111
// #endregion

rmSync(folder, { recursive: true })
