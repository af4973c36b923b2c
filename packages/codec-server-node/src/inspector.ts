import type { AuditTrail } from '@waxseal/audit'
import type { Inspector, InspectorOptions } from '@waxseal/codec-server/inspector'
import type { WaxsealConfig } from '@waxseal/config'
import { type KeyProvider, type KeySource, type Keys, WaxsealError } from '@waxseal/core'
import type { Keystore } from '@waxseal/keystore-sql'

type List = NonNullable<InspectorOptions['keys']>['list']

/** The inspector that a configuration asks for, loaded where it does. */
export async function inspectorOf(
  { codecServer, audit: trailConfig }: WaxsealConfig,
  { keys, trail }: { readonly keys: Keys; readonly trail: Pick<AuditTrail, 'query' | 'checkpoint' | 'verify'> },
): Promise<Inspector | undefined> {
  const config = codecServer?.inspector
  if (!config) return undefined
  const pages = config === true ? {} : config
  if (pages.audit && trailConfig?.to === 'stdout')
    throw new WaxsealError('config', 'codecServer.inspector.audit needs a trail that can be read: a file, or SQL')
  const { inspector } = await import('@waxseal/codec-server/inspector')
  return inspector({
    keys: pages.keys && { who: pages.keys.who, list: await listOf([keys].flat()) },
    audit: pages.audit && { who: pages.audit.who, trail },
  })
}

const isKeystore = (keys: KeySource | KeyProvider): keys is Keystore & KeySource => 'getByKid' in keys

/** The keys of a key store where there is one, else those that are at hand. */
async function listOf(all: readonly (KeySource | KeyProvider)[]): Promise<List> {
  const { keystoreListing, sourceListing } = await import('@waxseal/codec-server/inspector')
  const keystore = all.find(isKeystore)
  if (keystore) return keystoreListing(keystore)
  const sources = all.filter((keys) => keys.kind === 'source')
  const [first] = sources
  // What a key service keeps, it shows to nobody.
  if (!first) return async () => []
  return sourceListing({ ...first, keys: () => sources.flatMap((source) => source.keys?.() ?? []) })
}
