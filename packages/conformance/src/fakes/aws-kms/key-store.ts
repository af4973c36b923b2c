import { type Bytes, randomBytes, toHex } from '../bytes.js'
import { refuse, uuid } from './refusal.js'

export type KmsKeyState = 'Enabled' | 'Disabled' | 'PendingDeletion'

/** One generation of a key; rotation adds another. */
export interface Material {
  /** 64 characters of hexadecimal. */
  readonly id: string
  readonly bytes: Bytes
}

export interface KmsKey {
  readonly id: string
  readonly arn: string
  readonly region: string
  readonly description: string
  readonly usage: 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY'
  readonly createdAt: number
  /** The newest is last. Replicas of a multi-Region key share the array. */
  readonly materials: Material[]
  readonly primaryRegion: string | undefined
  state: KmsKeyState
  deletionAt: number | undefined
}

/** Ways to name a key: an id, an alias, or the ARN of either. */
export interface KeyStore {
  add(key: Pick<KmsKey, 'region' | 'description' | 'usage' | 'createdAt'> & { readonly multiRegion: boolean }): KmsKey
  replicate(key: KmsKey, region: string): KmsKey
  rotate(key: KmsKey): void
  setAlias(alias: string, key: KmsKey): void
  removeAlias(alias: string, region: string): void
  /** The key that a request in `region` means. */
  resolve(keyId: string, region: string, now: number): KmsKey
  byId(id: string, region: string, now: number): KmsKey | undefined
  all(now: number): KmsKey[]
}

const ARN = /^arn:aws:kms:([a-z0-9-]+):([0-9]{12}):((?:key|alias)\/[A-Za-z0-9/_-]+)$/

const newMaterial = (): Material => ({ id: toHex(randomBytes(32)), bytes: randomBytes(32) })

/** The keys and aliases of one account, in every region. */
export function createKeyStore(accountId: string): KeyStore {
  const keys = new Map<string, KmsKey>()
  const aliases = new Map<string, string>()
  const place = (region: string, name: string): string => `arn:aws:kms:${region}:${accountId}:${name}`

  const insert = (key: Omit<KmsKey, 'arn' | 'state' | 'deletionAt'>): KmsKey => {
    const inserted: KmsKey = { ...key, arn: place(key.region, `key/${key.id}`), state: 'Enabled', deletionAt: undefined }
    keys.set(inserted.arn, inserted)
    return inserted
  }
  const alive = (arn: string, now: number): KmsKey | undefined => {
    const key = keys.get(arn)
    return key?.deletionAt !== undefined && now >= key.deletionAt ? undefined : key
  }

  const store: KeyStore = {
    add({ multiRegion, ...key }) {
      const id = multiRegion ? `mrk-${toHex(randomBytes(16))}` : uuid()
      return insert({ ...key, id, materials: [newMaterial()], primaryRegion: multiRegion ? key.region : undefined })
    },
    replicate: (key, region) => insert({ ...key, region }),
    rotate: (key) => void key.materials.push(newMaterial()),
    setAlias: (alias, key) => void aliases.set(place(key.region, alias), key.arn),
    removeAlias: (alias, region) => void aliases.delete(place(region, alias)),
    byId: (id, region, now) => alive(place(region, `key/${id}`), now),
    all: (now) => [...keys.values()].filter(({ arn }) => alive(arn, now)),
    resolve(keyId, region, now) {
      let name = keyId.startsWith('alias/') ? keyId : `key/${keyId}`
      if (keyId.startsWith('arn:')) {
        const [, arnRegion = '', account, resource = ''] = ARN.exec(keyId) ?? refuse('InvalidArnException', 'Invalid ARN')
        if (arnRegion !== region) refuse('NotFoundException', `Invalid arn ${arnRegion}`)
        if (account !== accountId) refuse('AccessDeniedException', 'The key of another account may not be used.')
        name = resource
      } else if (!/^(alias\/[A-Za-z0-9/_-]+|[A-Za-z0-9-]+)$/.test(keyId)) refuse('NotFoundException', `Invalid keyId '${keyId}'`)
      const arn = place(region, name)
      if (!name.startsWith('alias/')) return alive(arn, now) ?? refuse('NotFoundException', `Key '${arn}' does not exist`)
      return alive(aliases.get(arn) ?? '', now) ?? refuse('NotFoundException', `Alias ${arn} is not found.`)
    },
  }
  return Object.freeze(store)
}
