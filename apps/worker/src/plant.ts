import { randomUUID } from 'node:crypto'
import type { Form } from './search.js'

/** Values that are stored in clear on purpose, one in each form that the search knows: it must find every one. */
export interface Plant {
  /** To be put, in clear, into a job. */
  readonly members: Readonly<Record<string, string>>
  /** To be searched for together with everything else. */
  readonly values: readonly string[]
  /** Notes what was found; false where the value is none of these. */
  found(value: string, form: Form): boolean
  /** True once every form was found. */
  complete(): boolean
}

export function createPlant(): Plant {
  const value = (): string => `planted-${randomUUID()}`
  const quoted = `planted "${randomUUID()}"`
  const forms: Record<Form, string> = { raw: value(), 'JSON-escaped': quoted, base64: value(), hex: value() }
  const missing = new Map(Object.entries(forms).map(([form, text]) => [text, form]))
  const values = Object.values(forms)
  return {
    members: {
      raw: forms.raw,
      json: quoted,
      base64: Buffer.from(forms.base64).toString('base64'),
      hex: Buffer.from(forms.hex).toString('hex'),
    },
    values,
    found(text, form) {
      if (missing.get(text) === form) missing.delete(text)
      return values.includes(text)
    },
    complete: () => missing.size === 0,
  }
}
