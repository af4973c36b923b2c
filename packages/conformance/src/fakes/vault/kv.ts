import type { Exchange, Reply } from '../exchange.js'
import { readFields } from './fields.js'
import { changeVersions, type KvMount, newSecret, secretMetadata, versionMetadata, writeVersion } from './kv-secret.js'
import { answered, refuse, unsupportedOperation, userError } from './reply.js'

const ENDPOINTS = ['data', 'metadata', 'delete', 'undelete', 'destroy'] as const

function endpoint(rest: string) {
  const [, name, path] = /^([^/]+)\/(.*[^/])$/s.exec(rest) ?? []
  const known = ENDPOINTS.find((candidate) => candidate === name)
  return known && path !== undefined ? { name: known, path } : undefined
}

/** Whether a write to this path creates something. */
export function kvCreates({ secrets }: KvMount, rest: string): boolean {
  const found = endpoint(rest)
  return (found?.name === 'data' || found?.name === 'metadata') && !secrets.has(found.path)
}

/** The key/value engine, version 2. */
export function kvAnswer(mount: KvMount, rest: string, exchange: Exchange): Reply {
  const found = endpoint(rest)
  if (!found) {
    const hint = 'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use.'
    return { status: 404, body: { errors: [], warnings: [hint] } }
  }
  const { name, path } = found
  const writes = exchange.method === 'POST' || exchange.method === 'PUT'
  if (name === 'data') return data(mount, path, exchange)
  if (name === 'metadata') return metadata(mount, path, exchange)
  if (!writes) return unsupportedOperation()
  const fields = readFields(exchange, { versions: 'list' }, ['path'])
  const numbers = fields.list('versions').map(Number)
  if (numbers.length === 0) userError('No version number provided')
  if (!numbers.every((number) => Number.isSafeInteger(number) && number > 0)) userError('versions is a list of numbers')
  changeVersions(mount, path, numbers, name, exchange.now)
  return answered({ warnings: fields.warnings, mountType: 'kv' })
}

function data(mount: KvMount, path: string, exchange: Exchange): Reply {
  const { method, now } = exchange
  const secret = mount.secrets.get(path)
  switch (method) {
    case 'GET': {
      const { int, warnings } = readFields(exchange, { version: 'int' }, ['path'])
      const number = int('version') > 0 ? int('version') : (secret?.current ?? 0)
      const version = secret?.versions.get(number)
      if (!version) return refuse(404)
      const gone = version.destroyed || (version.deletedAt !== undefined && version.deletedAt <= now)
      const content = { data: gone ? null : JSON.parse(version.json!), metadata: versionMetadata(number, version) }
      return answered({ ...(gone ? { status: 404 } : {}), data: content, warnings, mountType: 'kv' })
    }
    case 'POST':
    case 'PUT': {
      const fields = readFields(exchange, { data: 'map', options: 'map', version: 'int' }, ['path'])
      if (!fields.has('data')) userError('no data provided')
      const { cas } = fields.map('options')
      if (cas !== undefined && !Number.isSafeInteger(cas)) userError('error parsing check-and-set parameter')
      const version = writeVersion(mount, path, fields.map('data'), now, cas as number | undefined)
      const number = mount.secrets.get(path)!.current
      return answered({ data: versionMetadata(number, version), warnings: fields.warnings, mountType: 'kv' })
    }
    case 'DELETE':
      if (secret) changeVersions(mount, path, [secret.current], 'delete', now)
      return answered({})
    default:
      return unsupportedOperation()
  }
}

function metadata({ secrets }: KvMount, path: string, exchange: Exchange): Reply {
  const secret = secrets.get(path)
  switch (exchange.method) {
    case 'GET':
      return secret ? answered({ data: secretMetadata(secret), mountType: 'kv' }) : refuse(404)
    case 'POST':
    case 'PUT': {
      const fields = readFields(exchange, { max_versions: 'int' }, ['path'])
      const kept = secret ?? newSecret(exchange.now)
      if (fields.int('max_versions') < 0) userError('max_versions must be 0 or more')
      if (fields.has('max_versions')) kept.maxVersions = fields.int('max_versions')
      secrets.set(path, kept)
      return answered({ warnings: fields.warnings })
    }
    case 'DELETE':
      secrets.delete(path)
      return answered({})
    default:
      return unsupportedOperation()
  }
}
