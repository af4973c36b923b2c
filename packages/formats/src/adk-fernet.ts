import { WaxsealError } from '@waxseal/core'
import { concatBytes } from '@waxseal/core/keys'
import { textOf, utf8 } from './content.js'
import { type FernetKey, fernetKey, MIN_TOKEN_LENGTH, parseFernetKey } from './fernet-token.js'

const SALTED = 1
const SALT_BYTES = 16
const SALTED_MIN_BYTES = 1 + SALT_BYTES + MIN_TOKEN_LENGTH
const PBKDF2_SALT = utf8('adk-secure-sessions-fernet-v1')
const HKDF_INFO = utf8('adk-fernet-v2')
const ITERATIONS = 600_000
/** Of versions that wrote no salt. */
const LEGACY_ITERATIONS = 480_000

type Bytes = Uint8Array<ArrayBuffer>

/** What the Fernet backend of adk-secure-sessions puts into a cell. */
export interface AdkFernetKey {
  seal(plaintext: Uint8Array, nowMs: number): Promise<Uint8Array>
  open(sealed: Uint8Array): Promise<Uint8Array>
}

export const isAdkFernet = (sealed: Uint8Array): boolean => sealed[0] === 0x67 || sealed[0] === SALTED

async function stretched(passphrase: CryptoKey, iterations: number): Promise<ArrayBuffer> {
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: PBKDF2_SALT as Bytes, iterations }
  return crypto.subtle.deriveBits(algorithm, passphrase, 256).catch((cause) => {
    throw new WaxsealError('config', `the WebCrypto of this runtime refuses ${iterations} rounds of PBKDF2`, { cause })
  })
}

const plain = async (key: FernetKey, sealed: Uint8Array) => (await key.open(textOf(sealed))).plaintext

/** Each cell has a key of its own: HKDF of the stretched passphrase with the cell's salt. The stretching happens once. */
function passphraseKey(passphrase: string): AdkFernetKey {
  const importSecret = () => crypto.subtle.importKey('raw', utf8(passphrase) as Bytes, 'PBKDF2', false, ['deriveBits'])
  const makeMaster = async () =>
    crypto.subtle.importKey('raw', await stretched(await importSecret(), ITERATIONS), 'HKDF', false, ['deriveBits'])
  const makeLegacy = async () => fernetKey(new Uint8Array(await stretched(await importSecret(), LEGACY_ITERATIONS)))
  let master: ReturnType<typeof makeMaster> | undefined
  let legacy: ReturnType<typeof makeLegacy> | undefined

  async function cellKey(salt: Uint8Array): Promise<FernetKey> {
    master ??= makeMaster()
    const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: salt as Bytes, info: HKDF_INFO as Bytes }
    return fernetKey(new Uint8Array(await crypto.subtle.deriveBits(algorithm, await master, 256)))
  }

  return {
    async seal(plaintext, nowMs) {
      const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
      const token = await (await cellKey(salt)).seal(plaintext, nowMs)
      return concatBytes(Uint8Array.of(SALTED), salt, utf8(token))
    },
    async open(sealed) {
      if (sealed[0] === SALTED && sealed.length >= SALTED_MIN_BYTES) {
        const key = await cellKey(sealed.slice(1, 1 + SALT_BYTES))
        return plain(key, sealed.subarray(1 + SALT_BYTES))
      }
      legacy ??= makeLegacy()
      return plain(await legacy, sealed)
    },
  }
}

function directKey(bytes: Uint8Array): AdkFernetKey {
  const key = fernetKey(bytes)
  return {
    seal: async (plaintext, nowMs) => utf8(await key.seal(plaintext, nowMs)),
    async open(sealed) {
      if (sealed[0] === SALTED) throw new WaxsealError('open_failed', 'the cell was written under a passphrase')
      return plain(key, sealed)
    },
  }
}

/** A key as the Python package takes it: the text of a Fernet key, or else a passphrase. */
export function adkFernetKey(text: string): AdkFernetKey {
  if (typeof text !== 'string' || text === '') throw new WaxsealError('config', 'fernet is a Fernet key or a passphrase')
  const bytes = parseFernetKey(text)
  return bytes ? directKey(bytes) : passphraseKey(text)
}
