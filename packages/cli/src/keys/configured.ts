import { openResources, type WaxsealConfig } from '@waxseal/config'
import type { KeyProvider, KeySource } from '@waxseal/core'
import { explain } from '../explain.js'
import { serviceOf } from './service.js'

/** A key of the configuration that no store keeps. */
export interface ConfiguredKey {
  /** Nothing where its keeper does not say. */
  readonly kid: string | null
  readonly version: number | null
  readonly use: 'seals' | 'opens'
  readonly where: string
  readonly state: 'available' | 'unavailable'
  /** Why it is not. */
  readonly problem: string | null
}

type Entry = WaxsealConfig['keys']

const idsOf = (keys: KeySource | KeyProvider): readonly { readonly kid: string; readonly version: number }[] =>
  keys.kind === 'provider' ? [{ kid: keys.id, version: keys.version }] : (keys.keys?.() ?? [])

async function keysOf(entry: Entry, config: WaxsealConfig, isFirst: boolean): Promise<ConfiguredKey[]> {
  const { title, key } = serviceOf(entry)
  const where = key ? `${title}: ${key}` : title
  const resources = openResources({ ...config, keys: entry }, { env: process.env })
  let ids: readonly { readonly kid: string; readonly version: number }[] = []
  let problem: string | null = null
  try {
    const { keys, check } = await resources.keys()
    const opened = [keys].flat() as readonly (KeySource | KeyProvider)[]
    try {
      if (opened.some(({ kind }) => kind === 'provider')) ids = opened.flatMap(idsOf)
      await check()
      ids = opened.flatMap(idsOf)
    } finally {
      for (const each of opened) await each.close?.()
    }
  } catch (error) {
    problem = explain(error).message
  } finally {
    await resources.close()
  }
  const state = problem === null ? 'available' : 'unavailable'
  const known = ids.length > 0 ? ids : [{ kid: null, version: null }]
  return known.map(({ kid, version }, at) => ({
    kid,
    version,
    use: isFirst && at === 0 ? 'seals' : 'opens',
    where,
    state,
    problem,
  }))
}

/** The keys that a configuration names, and whether each can be reached. */
export async function configuredKeys(config: WaxsealConfig): Promise<readonly ConfiguredKey[]> {
  const entries = [config.keys].flat() as Entry[]
  return (await Promise.all(entries.map((entry, at) => keysOf(entry, config, at === 0)))).flat()
}
