import type { Exchange, Reply } from '../exchange.js'
import { runAlgorithm } from './algorithms.js'
import { type AzureKey, type AzureKeyOperation, type AzureKeyVersion, addKeyVersion, KEY_OPERATIONS, keyBundle } from './key.js'
import { createKey } from './key-creation.js'
import { answered, badParameter, notAllowed, refuse } from './reply.js'
import { bytesOf, readBody } from './request-body.js'
import type { KeyStore } from './server.js'

export type AzurePermission = AzureKeyOperation | 'get' | 'create' | 'rotate' | 'delete'

/** `keys/{name}/{version}/{action}`, taken apart. */
export interface KeyPath {
  readonly name: string
  readonly version: string
  readonly action: string
}

/** What a request wants to do; undefined where there is no such thing. */
export function permissionOf(method: string, { action }: KeyPath): AzurePermission | undefined {
  if (action === '') return method === 'GET' ? 'get' : method === 'DELETE' ? 'delete' : undefined
  if (method !== 'POST') return undefined
  if (action === 'create' || action === 'rotate') return action
  return KEY_OPERATIONS.find((operation) => operation.toLowerCase() === action)
}

const MEMBERS: Readonly<Record<AzureKeyOperation, readonly string[]>> = {
  wrapKey: ['alg', 'value'],
  unwrapKey: ['alg', 'value'],
  encrypt: ['alg', 'value', 'aad', 'iv', 'tag'],
  decrypt: ['alg', 'value', 'aad', 'iv', 'tag'],
  sign: ['alg', 'value'],
  verify: ['alg', 'value', 'digest'],
}

export async function keyAnswer(
  store: KeyStore,
  permission: AzurePermission,
  path: KeyPath,
  exchange: Exchange,
  base: string,
): Promise<Reply> {
  if (permission === 'create') return path.version === '' ? createKey(store, path.name, exchange, base) : notAllowed()
  const { key, version } = find(store, path)
  switch (permission) {
    case 'get':
      allow('get', version, exchange.now)
      return answered(keyBundle(key, version, base))
    case 'rotate':
      if (path.version !== '') return notAllowed()
      return answered(keyBundle(key, await addKeyVersion(key, { operations: version.operations }, exchange.now), base))
    case 'delete':
      if (path.version !== '') return notAllowed()
      key.state = 'deleted'
      return answered({ ...(keyBundle(key, version, base) as object), recoveryId: `${base}/deletedkeys/${key.name}` })
    default: {
      allow(permission, version, exchange.now)
      const body = readBody(exchange, MEMBERS[permission])
      const { alg } = body
      if (typeof alg !== 'string') return badParameter('Property alg is required.')
      const input = {
        value: bytesOf(body, 'value') ?? badParameter('Property value is required.'),
        digest: (permission === 'verify' ? bytesOf(body, 'digest') : undefined) ?? new Uint8Array(),
        iv: bytesOf(body, 'iv'),
        tag: bytesOf(body, 'tag'),
        aad: bytesOf(body, 'aad'),
      }
      const done = await runAlgorithm(alg, permission, key, version, input, store.weakAlgorithms)
      return answered(permission === 'verify' ? done : { kid: `${base}/keys/${key.name}/${version.version}`, ...done })
    }
  }
}

function find({ keys }: KeyStore, { name, version: asked }: KeyPath): { key: AzureKey; version: AzureKeyVersion } {
  const key = keys.get(name.toLowerCase())
  if (key?.state === 'being-deleted') refuse(409, 'Conflict', `Key ${name} is currently being deleted.`, 'ObjectIsBeingDeleted')
  const version = asked === '' ? key?.versions.at(-1) : key?.versions.find((candidate) => candidate.version === asked)
  if (!key || !version || key.state === 'deleted') {
    const id = asked === '' ? name : `${name}/${asked}`
    return refuse(
      404,
      'KeyNotFound',
      `A key with (name/id) ${id} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command.`,
    )
  }
  return { key, version }
}

// What was made while a key was good can be read after it: its dates bind only what makes something new.
const LATE: readonly string[] = ['get', 'unwrapKey', 'decrypt', 'verify']

function allow(operation: AzurePermission, { enabled, notBefore, expires, operations }: AzureKeyVersion, now: number): void {
  const forbidden = (message: string, code: string): never => refuse(403, 'Forbidden', message, code)
  if (!enabled) forbidden(`Operation ${operation} is not allowed on a disabled key.`, 'KeyDisabled')
  if (!LATE.includes(operation) && notBefore !== undefined && now < notBefore)
    forbidden(`Operation ${operation} is not allowed on a key that is not yet valid.`, 'KeyNotYetValid')
  if (!LATE.includes(operation) && expires !== undefined && now >= expires)
    forbidden(`Operation ${operation} is not allowed on an expired key.`, 'KeyExpired')
  if (operation !== 'get' && !operations.includes(operation as AzureKeyOperation))
    forbidden(`Operation ${operation} is not permitted on this key.`, 'KeyOperationForbidden')
}
