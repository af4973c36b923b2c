import { WaxsealError } from '@waxseal/core'
import { Refusal } from '../exchange.js'
import type { KvMount } from './kv-secret.js'
import { type Namespace, trimSlashes } from './namespace.js'
import { refusalMessage } from './reply.js'
import type { TransitMount } from './transit-key.js'

/** Where a secret or a key lies. */
export interface VaultPlace {
  /** Default `secret` for the key/value engine, `transit` for transit. */
  readonly mount?: string
  /** Default the root namespace. */
  readonly namespace?: string
}

/** A mistake of the test. */
export function config(message: string): never {
  throw new WaxsealError('config', `fake vault: ${message}`)
}

/** What the server would refuse is a mistake of the test where the test asks for it. */
export function asConfig<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return config(refusalMessage(error))
  }
}

export function namespaceAt(namespaces: ReadonlyMap<string, Namespace>, name = ''): Namespace {
  return namespaces.get(trimSlashes(name)) ?? config(`no namespace ${name}`)
}

export function kvAt(namespaces: ReadonlyMap<string, Namespace>, { mount = 'secret', namespace }: VaultPlace = {}): KvMount {
  const found = namespaceAt(namespaces, namespace).mounts.get(`${trimSlashes(mount)}/`)
  return found?.type === 'kv' ? found : config(`no kv engine at ${mount}`)
}

export function transitAt(
  namespaces: ReadonlyMap<string, Namespace>,
  { mount = 'transit', namespace }: VaultPlace = {},
): TransitMount {
  const found = namespaceAt(namespaces, namespace).mounts.get(`${trimSlashes(mount)}/`)
  return found?.type === 'transit' ? found : config(`no transit engine at ${mount}`)
}
