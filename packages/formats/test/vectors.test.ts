import { describeIf } from '@waxseal/test'
import { NO_SHARED } from '@waxseal/test/shared'
import { expect, it } from 'vitest'
import { adkSecureSessions, isAdkCell } from '../src/index.js'
import { hex, vectors } from './shared.js'

describeIf(vectors !== undefined, NO_SHARED)('the vectors of other systems', () => {
  it.each(['adk_aesgcm_column', 'adk_fernet_passphrase_column', 'adk_fernet_directkey_column'])(
    'hold %s, which the Python package made',
    async (name) => {
      const { column, plaintext, key_hex: key, passphrase, fernet_key: fernet = passphrase } = vectors.adk_secure_sessions[name]
      expect(isAdkCell(column)).toBe(true)
      expect(await adkSecureSessions(key ? { aesGcm: hex(key) } : { fernet }).open(column)).toEqual(JSON.parse(plaintext))
    },
  )
})
