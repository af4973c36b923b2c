import type { Exchange, Reply } from '../exchange.js'
import { isObject } from '../json.js'
import {
  type AzureKey,
  type AzureKeyOperation,
  type AzureKeyVersion,
  addKeyVersion,
  KEY_OPERATIONS,
  keyBundle,
  type NewAzureKey,
  newAzureKey,
} from './key.js'
import { answered, badParameter, refuse } from './reply.js'
import { readBody } from './request-body.js'
import type { KeyStore } from './server.js'

/** Answers `keys/{name}/create`. */
export async function createKey(store: KeyStore, name: string, exchange: Exchange, base: string): Promise<Reply> {
  const body = readBody(exchange, ['kty', 'key_size', 'crv', 'key_ops', 'attributes', 'tags'])
  const { kty, key_size: size, crv = 'P-256', key_ops: operations, attributes = {} } = body
  if (size !== undefined && !Number.isInteger(size)) badParameter('Property key_size is no number.')
  if (crv !== 'P-256') badParameter('Property crv has a value that is not supported.')
  if (operations !== undefined && !(Array.isArray(operations) && operations.every(isOperation)))
    badParameter('Property key_ops has a value that is not known.')
  const {
    enabled = true,
    nbf,
    exp,
    ...others
  } = isObject(attributes) ? attributes : badParameter('Property attributes is no object.')
  if (typeof enabled !== 'boolean' || Object.keys(others).length > 0) badParameter('Property attributes is wrong.')
  for (const date of [nbf, exp]) if (date !== undefined && !Number.isInteger(date)) badParameter('A date is no number.')
  const options = {
    kty: kty as NewAzureKey['kty'],
    ...(size === undefined ? {} : { size: size as number }),
    ...(operations === undefined ? {} : { operations: operations as AzureKeyOperation[] }),
    enabled: enabled === true,
    ...(nbf === undefined ? {} : { notBefore: Number(nbf) * 1000 }),
    ...(exp === undefined ? {} : { expires: Number(exp) * 1000 }),
  }
  const { key, version } = await makeKey(store, name, options, exchange.now)
  return answered(keyBundle(key, version, base))
}

const isOperation = (value: unknown): value is AzureKeyOperation => KEY_OPERATIONS.some((operation) => operation === value)

/** Makes a key, or a version of one that is there. */
export async function makeKey(
  { keys, kind }: KeyStore,
  name: string,
  options: NewAzureKey,
  now: number,
): Promise<{ readonly key: AzureKey; readonly version: AzureKeyVersion }> {
  const known = keys.get(name.toLowerCase())
  if (known && known.state !== 'live')
    refuse(
      409,
      'Conflict',
      `Key ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the key can only be recovered or purged.`,
      known.state === 'deleted' ? 'ObjectIsDeletedButRecoverable' : 'ObjectIsBeingDeleted',
    )
  if (!['RSA', 'RSA-HSM', 'EC', 'EC-HSM', 'oct-HSM'].includes(options.kty))
    badParameter('Property kty has a value that is not known.')
  if (kind === 'vault' ? options.kty === 'oct-HSM' : !options.kty.endsWith('-HSM'))
    badParameter(`A key of type ${options.kty} does not belong here.`)
  if (known && known.kty !== options.kty) badParameter('A key of that name has another type.')
  const key = known ?? newAzureKey(name, options)
  const version = await addKeyVersion(key, options, now)
  keys.set(name.toLowerCase(), key)
  return { key, version }
}
