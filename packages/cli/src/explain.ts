import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { databaseCode } from './database-code.js'
import { EXIT, Failure } from './failure.js'

/** What to do about an error of the library, where that can be said. */
const HINTS: Partial<Record<WaxsealErrorCode, string>> = {
  key_not_found: 'Add the key that it names to --keys; `waxseal inspect` shows which one that is.',
  open_failed:
    'Check --context and --scope: they must be those under which it was sealed. Else it was changed, or the key is another one.',
  context_required:
    'Give --context name=value for each pair, --context none if it was sealed so, or --stored to use the one it carries.',
  plaintext_rejected: 'It is not sealed.',
  malformed: '`waxseal inspect` shows what is wrong with it.',
  already_sealed: 'It is sealed already; `waxseal open` opens it.',
  field_not_sealed: 'A field of --fields stands in clear in this document.',
  provider_unavailable: 'The key service does not answer. Try again, or check its address and your network.',
  throttled: 'The key service asks to wait. Try again later.',
  timeout: 'The key service did not answer in time. Try again.',
  access_denied: 'The key service refuses these credentials this key.',
  key_destroyed: 'Nothing opens what this key sealed any more.',
}

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EISDIR: 'it is a directory',
  ENOSPC: 'no space is left on the device',
  EFBIG: 'the file would be larger than the limit of this process or file system',
  EDQUOT: 'your quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && typeof (error as NodeJS.ErrnoException).code === 'string'

/** Any error as a message, a hint and an exit code; messages of what is not ours are not repeated, since they may quote data. */
export function explain(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (WaxsealError.is(error))
    return new Failure(`${error.message} (${error.code})`, {
      hint: HINTS[error.code],
      exitCode: error.code === 'config' ? EXIT.usage : EXIT.failed,
    })
  if (isSystemError(error)) {
    const what = SYSTEM[error.code!] ?? error.code
    return new Failure(error.path ? `${error.path}: ${what}` : `${what}`)
  }
  const answer = databaseCode(error)
  if (answer !== undefined) return new Failure(`the database answered ${answer}`)
  const name = error instanceof Error ? error.name : typeof error
  // As of this library's own errors: no data is in its messages.
  if (name === 'AuditError') return new Failure((error as Error).message)
  return new Failure(`an unexpected ${name}`, { hint: 'Run it again with --debug for the stack, and report it.' })
}
