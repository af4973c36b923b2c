import { parsed } from './cell.js'
import type { AnyColumn, SealedJson } from './column.js'

/**
 * Tells without a key whether a value may stand in the column as it is: NULL, or what was sealed in the column's form. `isEnvelope`
 * tells whether a text, or bytes, look like an envelope.
 */
export function createStoredForm(column: AnyColumn, isEnvelope: (value: unknown) => boolean): (value: unknown) => boolean {
  const inForm = column.kind === 'document' ? sealedDocument(column, isEnvelope) : sealedWhole(column.as, isEnvelope)
  return (value) => value === null || value === undefined || inForm(value)
}

type Check = (value: unknown) => boolean

const sealedWhole =
  (as: 'text' | 'bytes' | 'json', isEnvelope: Check): Check =>
  (value) => {
    if (as === 'bytes') return value instanceof Uint8Array && isEnvelope(value)
    if (typeof value !== 'string') return false
    return isEnvelope(as === 'json' && value.startsWith('"') ? parsed(value) : value)
  }

/** At most four characters of a value, the others hidden. */
const isPreview: Check = (value) => typeof value === 'string' && /^(?:•{4,8}.{0,4}|.{0,4}•{4,8})$/su.test(value)

function sealedDocument({ policy }: SealedJson<unknown>, isEnvelope: Check): Check {
  const selectors = policy.groups.flatMap((group) => group.selectors)
  const isLeft: Check = (value) => value === policy.placeholder || (policy.previews.length > 0 && isPreview(value))
  const isSealed = policy.form === 'inline' ? isEnvelope : isLeft
  return (value) => {
    const document = parsed(value)
    if (!isObject(document)) return false
    const { $wax: wax, ...root } = document
    const content = Object.hasOwn(root, '$doc') ? root.$doc : root
    return (
      (policy.form === 'inline' || isBundle(wax, isEnvelope)) &&
      selectors.every(({ tokens }) => everySelected(content, tokens, isSealed))
    )
  }
}

function isBundle(wax: unknown, isEnvelope: Check): boolean {
  if (!isObject(wax)) return isEnvelope(wax)
  const { $id: _, ...bundles } = wax
  return Object.keys(bundles).length > 0 && Object.values(bundles).every(isEnvelope)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function everySelected(value: unknown, [token, ...rest]: readonly string[], check: Check): boolean {
  if (token === undefined) return check(value)
  if (token === '**' && !everySelected(value, rest, check)) return false
  if (!isObject(value)) return true
  if (token === '*') return Object.values(value).every((member) => everySelected(member, rest, check))
  if (token === '**') return Object.values(value).every((member) => everySelected(member, [token, ...rest], check))
  return !Object.hasOwn(value, token) || everySelected(value[token], rest, check)
}
