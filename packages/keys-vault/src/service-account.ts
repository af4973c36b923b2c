import { WaxsealError } from '@waxseal/core'
import { config } from './errors.js'

/** The service account's token that Kubernetes keeps fresh in a file. Not imported, so that the rest loads where there are no files. */
export function serviceAccountToken(path: string): string {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs') ?? config('jwtPath needs a runtime with files; pass jwt instead')
  try {
    return fs.readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as { code?: unknown }).code
    throw new WaxsealError(
      'config',
      `Vault: the file of the service account's token cannot be read (${String(code ?? 'unknown')})`,
    )
  }
}
