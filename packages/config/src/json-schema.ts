import { z } from 'zod'
import { configSchema } from './config.js'
import { isLive } from './schema/live.js'

/** JSON Schema (draft 2020-12) of what a JSON file can say, for editors; ships as `@waxseal/config/schema.json`. */
export function jsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, {
    io: 'input',
    unrepresentable: 'any',
    // What only code can give has no place in a JSON file.
    override({ jsonSchema }) {
      if (jsonSchema.anyOf) jsonSchema.anyOf = jsonSchema.anyOf.filter((option) => !isLive(option))
      for (const [name, property] of Object.entries(jsonSchema.properties ?? {}))
        if (isLive(property)) delete jsonSchema.properties![name]
    },
  }) as Record<string, unknown>
}
