import { toBase64 } from '../base64.js'
import { randomBytes } from '../bytes.js'
import type { Exchange, Reply } from '../exchange.js'
import { isObject } from '../json.js'
import { type Fields, type FieldType, readFields } from './fields.js'
import { answered, refusalMessage, unsupportedOperation, unsupportedPath, userError } from './reply.js'
import { transitAdmin } from './transit-admin.js'
import {
  isTransitKeyType,
  newTransitKey,
  type TransitKey,
  type TransitMount,
  transitDecrypt,
  transitEncrypt,
} from './transit-key.js'

const ITEM: Readonly<Record<string, FieldType>> = { context: 'string', nonce: 'string', batch_input: 'list' }
const AEAD_ITEM: Readonly<Record<string, FieldType>> = {
  ...ITEM,
  associated_data: 'string',
  partial_failure_response_code: 'int',
}
const SCHEMAS: Readonly<Record<'encrypt' | 'decrypt' | 'rewrap', Readonly<Record<string, FieldType>>>> = {
  encrypt: { ...AEAD_ITEM, plaintext: 'string', key_version: 'int', type: 'string', convergent_encryption: 'bool' },
  decrypt: { ...AEAD_ITEM, ciphertext: 'string' },
  // Neither Vault nor OpenBao takes associated data here.
  rewrap: { ...ITEM, ciphertext: 'string', key_version: 'int' },
}

/** Whether a write to this path makes a key. */
export function transitCreates({ keys }: TransitMount, rest: string): boolean {
  const [action, name, ...more] = rest.split('/')
  return action === 'encrypt' && name !== undefined && more.length === 0 && !keys.has(name)
}

/** The transit engine. `openbao` where datakey takes associated data and keys can be deleted softly. */
export async function transitAnswer(mount: TransitMount, rest: string, exchange: Exchange, openbao: boolean): Promise<Reply> {
  const [action, ...names] = rest.split('/')
  if (action === 'keys' || action === 'config') return transitAdmin(mount, rest, exchange, openbao)
  if (exchange.method !== 'POST' && exchange.method !== 'PUT') return unsupportedOperation()
  if (action === 'datakey' && names.length === 2) return datakey(mount, names[0]!, names[1]!, exchange, openbao)
  if ((action !== 'encrypt' && action !== 'decrypt' && action !== 'rewrap') || names.length !== 1) return unsupportedPath()
  const fields = readFields(exchange, SCHEMAS[action], ['name'])
  if (fields.flag('convergent_encryption')) userError('convergent encryption is not part of this fake')
  const batch = fields.has('batch_input') ? batchItems(fields) : undefined
  const items = batch ?? [singleItem(action, fields)]
  const withContext = items.filter(({ context }) => context !== '').length
  if (withContext !== 0 && withContext !== items.length)
    userError('context should be set either in all the request blocks or in none')
  const key = usableKey(mount, names[0]!, action === 'encrypt' ? { fields, derived: withContext > 0, exchange } : undefined)

  const results: Record<string, unknown>[] = []
  for (const [index, item] of items.entries()) {
    const { reference } = item
    try {
      results.push({ ...(await transitItem(action, key, item, index)), ...(batch ? { reference } : {}) })
    } catch (error) {
      if (!batch) throw error
      results.push({ error: refusalMessage(error), reference })
    }
  }
  const { warnings } = fields
  if (!batch) return answered({ data: results[0], warnings, mountType: 'transit' })
  const failed = results.filter((result) => 'error' in result).length
  const override = fields.int('partial_failure_response_code')
  // Rewrap says nothing of its items' errors in the status.
  const status =
    failed === 0 || action === 'rewrap' ? 200 : failed < results.length && override >= 200 && override <= 599 ? override : 400
  return answered({ status, data: { batch_results: results }, warnings, mountType: 'transit' })
}

type Action = keyof typeof SCHEMAS

interface Item {
  readonly input: string
  readonly context: string
  readonly nonce: string
  readonly associatedData: string
  readonly keyVersion: number
  readonly reference: string
}

function singleItem(action: Action, fields: Fields): Item {
  const name = action === 'encrypt' ? 'plaintext' : 'ciphertext'
  if (!fields.has(name) || (action !== 'encrypt' && fields.text(name) === ''))
    userError(`missing ${name} to ${action === 'encrypt' ? 'encrypt' : 'decrypt'}`)
  return {
    input: fields.text(name),
    context: fields.text('context'),
    nonce: fields.text('nonce'),
    associatedData: fields.text('associated_data'),
    keyVersion: fields.int('key_version'),
    reference: '',
  }
}

// Members that an item should not have are ignored without a word, as by the real one.
function batchItems(fields: Fields): Item[] {
  const list = fields.list('batch_input')
  if (list.length === 0) userError('missing batch input to process')
  return list.map((entry, i) => {
    if (!isObject(entry)) return userError(`'[${i}]' expected a map`)
    const text = (name: string): string => {
      const value = entry[name] ?? ''
      return typeof value === 'string' ? value : userError(`'[${i}].${name}' expected type 'string'`)
    }
    const keyVersion = entry.key_version ?? 0
    if (!Number.isSafeInteger(keyVersion)) userError(`'[${i}].key_version' expected type 'int'`)
    return {
      input: 'plaintext' in entry ? text('plaintext') : text('ciphertext'),
      context: text('context'),
      nonce: text('nonce'),
      associatedData: text('associated_data'),
      keyVersion: keyVersion as number,
      reference: text('reference'),
    }
  })
}

function usableKey(
  { keys, disableUpsert }: TransitMount,
  name: string,
  upsert?: { readonly fields: Fields; readonly derived: boolean; readonly exchange: Exchange },
): TransitKey {
  if (!keys.has(name) && upsert && !disableUpsert) {
    const type = upsert.fields.text('type') || 'aes256-gcm96'
    if (!isTransitKeyType(type)) return userError(`unknown key type ${type}`)
    keys.set(name, newTransitKey(name, type, upsert.derived, upsert.exchange.now))
  }
  const key = keys.get(name)
  if (!key) return userError('encryption key not found')
  if (key.softDeleted) return userError('refusing to use soft-deleted key')
  return key
}

async function transitItem(action: Action, key: TransitKey, item: Item, index: number): Promise<Record<string, unknown>> {
  if (action !== 'rewrap' && item.associatedData !== '' && key.type === 'rsa-2048')
    userError(`'[${index}].associated_data' provided for non-AEAD cipher suite ${key.type}`)
  if (action !== 'encrypt' && item.input === '') userError('missing ciphertext to decrypt')
  if (action === 'decrypt') return { plaintext: await transitDecrypt(key, item.input, item) }
  const bare = action === 'rewrap' ? { ...item, associatedData: '' } : item
  const plaintext = action === 'rewrap' ? await transitDecrypt(key, item.input, bare) : item.input
  const { ciphertext, version } = await transitEncrypt(key, plaintext, bare, item.keyVersion)
  return { ciphertext, key_version: version }
}

async function datakey(mount: TransitMount, form: string, name: string, exchange: Exchange, openbao: boolean): Promise<Reply> {
  if (form !== 'plaintext' && form !== 'wrapped') return userError("Invalid path, must be 'plaintext' or 'wrapped'")
  const schema: Record<string, FieldType> = { bits: 'int', context: 'string', nonce: 'string', key_version: 'int' }
  const fields = readFields(exchange, openbao ? { ...schema, associated_data: 'string' } : schema, ['name', 'plaintext'])
  const key = usableKey(mount, name)
  const bits = fields.has('bits') ? fields.int('bits') : 256
  if (bits !== 128 && bits !== 256 && bits !== 512) userError('invalid bit length')
  const plaintext = toBase64(randomBytes(bits / 8))
  const item = { context: fields.text('context'), nonce: fields.text('nonce'), associatedData: fields.text('associated_data') }
  const { ciphertext, version } = await transitEncrypt(key, plaintext, item, fields.int('key_version'))
  const data = { ciphertext, key_version: version, ...(form === 'plaintext' ? { plaintext } : {}) }
  return answered({ data, warnings: fields.warnings, mountType: 'transit' })
}
