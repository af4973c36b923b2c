import { config } from './errors.js'

/** A key's ARN in its parts: `arn:partition:kms:region:account:key/id`. */
export interface KeyArn {
  readonly text: string
  readonly partition: string
  readonly region: string
  readonly account: string
  /** 36 characters, or `mrk-` and 32 for a key that other regions have too. */
  readonly keyId: string
}

const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export const isKeyId = (text: string): boolean => KEY_ID.test(text)

/** The parts of a key's ARN; undefined for anything else, an alias's ARN included. */
export function parseKeyArn(text: string): KeyArn | undefined {
  const [arn, partition = '', service, region = '', account = '', resource = '', ...more] = text.split(':')
  const keyId = resource.startsWith('key/') ? resource.slice(4) : ''
  if (arn !== 'arn' || service !== 'kms' || more.length > 0 || !isKeyId(keyId)) return undefined
  return /^aws[a-z-]*$/.test(partition) && isRegion(region) && /^\d{12}$/.test(account)
    ? { text, partition, region, account, keyId }
    : undefined
}

export const isRegion = (text: string): boolean => /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(text)

/** The region that an ARN of a key or alias names. */
export const regionOfArn = (text: string): string | undefined => {
  const region = text.startsWith('arn:') ? text.split(':')[3] : undefined
  return region && isRegion(region) ? region : undefined
}

/**
 * The ARN as it is called in `region`: a multi-Region key has its replica there. `config` for a key that is in another region only.
 */
export function inRegion(arn: KeyArn, region: string): KeyArn {
  if (arn.region === region) return arn
  if (!arn.keyId.startsWith('mrk-')) config(`the key is in ${arn.region} and no multi-Region key, the client is in ${region}`)
  return { ...arn, region, text: `arn:${arn.partition}:kms:${region}:${arn.account}:key/${arn.keyId}` }
}
