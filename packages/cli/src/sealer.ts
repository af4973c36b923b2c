import { findConfig, loadConfig, openResources, parseConfig, type WaxsealConfig } from '@waxseal/config'
import { createSealer, type Detector, type Sealer } from '@waxseal/core'

export interface KeyOptions {
  /** A key URI; before anything else. */
  readonly keys?: string | undefined
  /** Path of a configuration file. Default: the one of the working directory, where there is one. */
  readonly config?: string | undefined
}

const DEFAULT_KEYS = 'env://WAXSEAL_KEYS'

/** The configuration that a command line names, or the one that lies here, or keys alone. */
export async function configFor({ keys, config }: KeyOptions): Promise<WaxsealConfig> {
  if (keys !== undefined) return parseConfig({ keys }, { name: '--keys' })
  if (config === undefined && findConfig() === undefined) return parseConfig({ keys: DEFAULT_KEYS })
  return (await loadConfig(config)).config
}

/** A sealer with the keys that a command line names. */
export async function openSealer(options: KeyOptions): Promise<{ readonly sealer: Sealer; close(): Promise<void> }> {
  const resources = openResources(await configFor(options), { env: process.env })
  const { keys } = await resources.keys()
  const sealer = createSealer({ keys })
  return {
    sealer,
    async close() {
      await sealer.close()
      await resources.close()
    },
  }
}

export async function detectorFor(detect: boolean | undefined): Promise<Detector | undefined> {
  if (!detect) return undefined
  return (await import('@waxseal/pii')).createDetector()
}
