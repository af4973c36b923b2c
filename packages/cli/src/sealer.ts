import { createSealer, type Detector, type Sealer } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { envUri, fileUri } from '@waxseal/keys-env'

/** A sealer with the keys that a URI names. */
export const sealerFor = (keys: string): Sealer =>
  createSealer({ keys: openKeys(keys, { env: envUri, file: fileUri }, { env: process.env }) })

export async function detectorFor(detect: boolean | undefined): Promise<Detector | undefined> {
  if (!detect) return undefined
  return (await import('@waxseal/pii')).createDetector()
}
