import { fail } from '../errors.js'

const MAX_FILE_BYTES = 64 * 1024

/**
 * The text of a file, at most 64 KiB, where there is a file system; `config` where it cannot be had. `name` stands for the file in
 * messages; the path is not repeated.
 *
 * @example
 * const jwt = await readTextFile(path, 'Vault: the file of the token')
 */
export async function readTextFile(path: string, name: string): Promise<string> {
  // Not imported, so that the rest loads where there is no file system.
  const files = globalThis.process?.getBuiltinModule?.('node:fs') ?? fail('config', `${name} needs a runtime with a file system`)
  let text: string
  try {
    text = await files.promises.readFile(path, 'utf8')
  } catch (error) {
    return fail('config', `${name} cannot be read (${(error as { code?: string }).code ?? 'unknown'})`)
  }
  return text.length <= MAX_FILE_BYTES ? text : fail('config', `${name} has more than ${MAX_FILE_BYTES} bytes`)
}
