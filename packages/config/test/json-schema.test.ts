import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { jsonSchema } from '../src/index.js'

// biome-ignore lint/suspicious/noExplicitAny: a schema is looked into member by member.
const schema = jsonSchema() as any

describe('the JSON Schema', () => {
  it('is what the package ships', () => {
    expect(JSON.parse(readFileSync(new URL('../dist/schema.json', import.meta.url), 'utf8'))).toEqual(schema)
  })

  it('knows no other members, and says what each is for', () => {
    expect(schema).toMatchObject({ type: 'object', required: ['keys'], additionalProperties: false })
    expect(schema.properties.codecServer).toMatchObject({ required: ['auth', 'policy'], additionalProperties: false })
    expect(schema.properties.keys.description).toBe('Where keys are: the first seals, all open.')
  })

  it('has secrets by reference alone, and nothing that only code can give', () => {
    const { secret } = schema.properties.audit.oneOf[0].properties.key.anyOf[0].properties
    expect(new RegExp(secret.pattern).test('env:AUDIT_KEY')).toBe(true)
    expect(new RegExp(secret.pattern).test('c2VjcmV0')).toBe(false)
    expect(schema.properties.codecServer.properties.scope).toEqual({
      anyOf: [{ type: 'string', minLength: 1 }],
      description: expect.any(String),
    })
    expect(schema.properties.codecServer.properties.temporal.properties).not.toHaveProperty('foreign')
    expect(JSON.stringify(schema)).not.toContain('x-live')
  })
})
