import { WaxsealError } from '@waxseal/core'

const MAX_FILE_BYTES = 64 * 1024

/** The text of a file, where there is a file system; `config` where it cannot be had. The path is not repeated. */
export async function readKeyFile(path: string): Promise<string> {
  const refuse = (why: string): never => {
    throw new WaxsealError('config', `Google Cloud KMS: the file of GOOGLE_APPLICATION_CREDENTIALS ${why}`)
  }
  // Not imported, so that this package loads where there is no file system.
  const files = globalThis.process?.getBuiltinModule?.('node:fs')
  if (!files) return refuse('needs a runtime with a file system: pass credentials instead')
  let text: string
  try {
    text = await files.promises.readFile(path, 'utf8')
  } catch (error) {
    return refuse(`cannot be read (${(error as { code?: string }).code ?? 'unknown'})`)
  }
  return text.length <= MAX_FILE_BYTES ? text : refuse(`has more than ${MAX_FILE_BYTES} bytes`)
}
