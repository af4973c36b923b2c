import { acteonLayout } from './acteon.js'
import { adkLayout } from './adk.js'
import { adr013Layout } from './adr013.js'
import { cloakLayout } from './cloak.js'
import { fernetLayout } from './fernet.js'
import { hammerworkLayout } from './hammerwork.js'
import { inngestLayout } from './inngest.js'
import { jweLayout } from './jwe-layout.js'
import { laravelLayout } from './laravel.js'
import type { Layout } from './layout.js'
import { ojsLayout } from './ojs-reader.js'
import { railsMessageLayout } from './rails-message.js'
import { railsRecordLayout } from './rails-record.js'
import { sopsLayout } from './sops.js'
import { temporalProxyLayout, temporalSampleLayout } from './temporal.js'
import { waxLayout } from './wax.js'

/** No two of them detect the same value. */
const LAYOUTS: readonly Layout[] = [
  waxLayout,
  fernetLayout,
  adkLayout,
  cloakLayout,
  sopsLayout,
  acteonLayout,
  jweLayout,
  laravelLayout,
  railsMessageLayout,
  railsRecordLayout,
  hammerworkLayout,
  adr013Layout,
  inngestLayout,
  ojsLayout,
  temporalSampleLayout,
  temporalProxyLayout,
]

/** What a value looks like. */
export interface DetectedFormat {
  /** `wax1`, or the name of the reader that reads it: `fernet`, `acteon`, … */
  readonly format: string
  /** Whether such a ciphertext opens under one key alone. */
  readonly commits: boolean
  /** Where the value names its key. */
  readonly keyId?: string | undefined
}

/**
 * Tells by its shape which layout a value is in; undefined for plaintext and for what is not known. Nothing is decrypted, nothing of
 * the answer is authentic, and nothing should be opened on the word of it alone: `openAny` takes a list of what may be.
 *
 * @example
 * detectFormat(row.card)?.format // fernet
 */
export function detectFormat(value: unknown): DetectedFormat | undefined {
  const layout = LAYOUTS.find((each) => each.detects(value))
  if (!layout) return undefined
  const keyId = layout.keyIdOf?.(value)
  return { format: layout.name, commits: layout.commits, ...(keyId !== undefined && { keyId }) }
}
