import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { parseKey, WaxsealError } from '@waxseal/core'
import type { Environment } from '@waxseal/core/keys'

const MAX_BYTES = 64 * 1024

const config = (message: string): never => {
  throw new WaxsealError('config', message)
}

/**
 * The secret that a reference names, `env:NAME` or `file:/path`, without the ends of lines behind it. `config` where it is missing, empty
 * or in a file that everybody may read; the message names the reference.
 */
export function readSecret(reference: string, env: Environment): string {
  const [, kind, where = ''] = /^(env|file):(.+)$/s.exec(reference) ?? config('a secret is named by env:NAME or file:/path')
  const text = kind === 'env' ? variable(where, env) : readSecretFile(where.replace(/^\/\/(?=\/)/, ''))
  const secret = text?.replace(/[\r\n]+$/, '')
  return secret || config(`${reference} is missing or empty`)
}

/** Only what was set: every object has a `constructor`. */
const variable = (name: string, env: Environment): string | undefined => (Object.hasOwn(env, name) ? env[name] : undefined)

/** The 32 bytes of a key that a reference names, in base64, base64url or hex; `config` where it is none. */
export function readKey(reference: string, env: Environment): Uint8Array {
  const text = readSecret(reference, env)
  try {
    return parseKey(text)
  } catch {
    return config(`${reference} holds no key: 32 bytes in base64, base64url or hex`)
  }
}

function readSecretFile(path: string): string {
  let file: number | undefined
  try {
    // Opened once: what was looked at is what is read.
    file = openSync(path, 'r')
    const { mode, size } = fstatSync(file)
    if (process.platform !== 'win32' && mode & 0o007)
      config(`${path} is open to everybody (mode 0${(mode & 0o777).toString(8)}): chmod o= it, or mount it with mode 0440`)
    if (size > MAX_BYTES) config(`${path} has ${size} bytes, the limit is ${MAX_BYTES}`)
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (WaxsealError.is(error)) throw error
    return config(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
