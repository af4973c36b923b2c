import { Ajv2020 } from 'ajv/dist/2020.js'

/** The constraints of OJS's published schema of the encryption extension, in words of our own. */
const keyId = { type: 'string', minLength: 1, maxLength: 256 }
const name = { type: 'string', minLength: 1, maxLength: 128 }
const base64 = { type: 'string', pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' }

const value = {
  type: 'object',
  required: ['ojs_encoded', 'encoding', 'data'],
  properties: {
    ojs_encoded: { const: true },
    encoding: name,
    data: base64,
    metadata: { type: 'object', properties: { encryption_key_id: keyId } },
  },
  additionalProperties: false,
}

const meta = {
  type: 'object',
  required: ['ojs.codec.encodings', 'ojs.codec.key_id'],
  properties: { 'ojs.codec.encodings': { type: 'array', items: name, minItems: 1 }, 'ojs.codec.key_id': keyId },
  propertyNames: { pattern: '^[a-zA-Z0-9_.-]{1,128}$' },
}

const ajv = new Ajv2020({ strict: true, allErrors: true })

/** Whether the validator, which makes functions from texts, can work: workerd lets nobody do that. */
export const canCompile = ((): boolean => {
  try {
    return Function('return true')() === true
  } catch {
    return false
  }
})()

/** What a validator has to say against an encoded value, or against `meta` of an encoded job. */
export const problemsOf = (kind: 'value' | 'meta', subject: unknown): string[] => {
  const validate = ajv.compile(kind === 'value' ? value : meta)
  return validate(subject) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
