import { fromBase64 } from '../base64.js'
import { utf8 } from '../bytes.js'
import { isObject, parseJson } from '../json.js'
import type { EncryptionContext } from './ciphertext-blob.js'
import { refuse } from './refusal.js'

/** The members of all requests, checked and decoded. */
export interface KmsInput {
  KeyId?: string
  SourceKeyId?: string
  DestinationKeyId?: string
  Plaintext?: Uint8Array
  CiphertextBlob?: Uint8Array
  EncryptionContext?: EncryptionContext
  SourceEncryptionContext?: EncryptionContext
  DestinationEncryptionContext?: EncryptionContext
  EncryptionAlgorithm?: string
  SourceEncryptionAlgorithm?: string
  DestinationEncryptionAlgorithm?: string
  KeySpec?: 'AES_128' | 'AES_256'
  NumberOfBytes?: number
  GrantTokens?: readonly string[]
  DryRun?: boolean
  DryRunModifiers?: readonly string[]
}

const MAX_CONTEXT_BYTES = 8192
const ALGORITHMS = ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE']

const serialization = (member: string): never => refuse('SerializationException', `${member} has a value of the wrong type`)
const invalid = (member: string, constraint: string): never =>
  refuse('ValidationException', `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`)

type Reader = (value: unknown, member: string) => unknown

const text: Reader = (value, member) => (typeof value === 'string' ? value : serialization(member))

const keyId: Reader = (value, member) => {
  const id = text(value, member) as string
  return id.length >= 1 && id.length <= 2048 ? id : invalid(member, 'Member must have length 1 to 2048')
}

const blob =
  (max: number): Reader =>
  (value, member) => {
    const bytes = fromBase64(value) ?? serialization(member)
    return bytes.length >= 1 && bytes.length <= max ? bytes : invalid(member, `Member must have length 1 to ${max}`)
  }

const oneOf =
  (...values: readonly string[]): Reader =>
  (value, member) =>
    values.includes(text(value, member) as string) ? value : invalid(member, `Member must satisfy enum value set: [${values}]`)

const flag: Reader = (value, member) => (typeof value === 'boolean' ? value : serialization(member))

const count: Reader = (value, member) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return serialization(member)
  return value >= 1 && value <= 1024 ? value : invalid(member, 'Member must have value 1 to 1024')
}

const list =
  (item: Reader, max: number): Reader =>
  (value, member) => {
    if (!Array.isArray(value)) return serialization(member)
    return value.length <= max ? value.map((one) => item(one, member)) : invalid(member, `Member must have length 0 to ${max}`)
  }

const context: Reader = (value, member) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return serialization(member)
  const pairs = Object.entries(value)
  for (const [name, one] of pairs) {
    if (typeof one !== 'string') return serialization(member)
    if (name === '') return invalid(member, 'Map keys must not be empty')
  }
  if (utf8(JSON.stringify(value)).length > MAX_CONTEXT_BYTES) return invalid(member, 'Member is too large')
  return pairs
}

const common = { GrantTokens: list(text, 10), DryRun: flag }
const algorithm = oneOf(...ALGORITHMS)
const modifiers = list(oneOf('IGNORE_CIPHERTEXT'), 1)

const MEMBERS: Record<string, Record<string, Reader>> = {
  Encrypt: { KeyId: keyId, Plaintext: blob(4096), EncryptionContext: context, EncryptionAlgorithm: algorithm, ...common },
  Decrypt: {
    CiphertextBlob: blob(6144),
    KeyId: keyId,
    EncryptionContext: context,
    EncryptionAlgorithm: algorithm,
    DryRunModifiers: modifiers,
    ...common,
  },
  GenerateDataKey: {
    KeyId: keyId,
    EncryptionContext: context,
    KeySpec: oneOf('AES_256', 'AES_128'),
    NumberOfBytes: count,
    ...common,
  },
  ReEncrypt: {
    CiphertextBlob: blob(6144),
    SourceKeyId: keyId,
    SourceEncryptionContext: context,
    SourceEncryptionAlgorithm: algorithm,
    DestinationKeyId: keyId,
    DestinationEncryptionContext: context,
    DestinationEncryptionAlgorithm: algorithm,
    ...common,
  },
  DescribeKey: { KeyId: keyId, GrantTokens: common.GrantTokens },
}

const REQUIRED: Record<string, readonly (keyof KmsInput)[]> = {
  Encrypt: ['KeyId', 'Plaintext'],
  Decrypt: [],
  GenerateDataKey: ['KeyId'],
  ReEncrypt: ['CiphertextBlob', 'DestinationKeyId'],
  DescribeKey: ['KeyId'],
}

export const OPERATIONS: readonly string[] = Object.keys(MEMBERS)

/** Reads the body of a request; members that the operation does not have are refused. */
export function readInput(operation: string, body: Uint8Array): KmsInput {
  const readers = MEMBERS[operation]!
  const input: Record<string, unknown> = {}
  for (const [member, value] of Object.entries(parse(body))) {
    const reader = Object.hasOwn(readers, member)
      ? readers[member]!
      : refuse('SerializationException', `Unknown member ${member}`)
    input[member] = reader(value, member)
  }
  const missing = REQUIRED[operation]!.find((member) => input[member] === undefined)
  if (missing) invalid(missing, 'Member must not be null')
  return input
}

function parse(body: Uint8Array): object {
  const parsed = parseJson(body)
  if (parsed === undefined) return refuse('SerializationException', 'The body is no JSON')
  return isObject(parsed) ? parsed : refuse('SerializationException', 'The body is no JSON object')
}
