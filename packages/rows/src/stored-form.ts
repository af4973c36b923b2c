import type { Sealer } from '@waxseal/core'
import { parsed } from './cell.js'
import type { AnyColumn, SealedJson } from './column.js'

/** Tells without a key whether a value may stand in the column as it is: NULL, or what was sealed in the column's form. */
export function createStoredForm(sealer: Sealer, column: AnyColumn): (value: unknown) => boolean {
  const isEnvelope = (value: unknown): boolean => {
    try {
      sealer.inspect(value as string)
      return true
    } catch {
      return false
    }
  }
  const inForm = column.kind === 'document' ? sealedDocument(column, isEnvelope) : sealedWhole(column.as, isEnvelope)
  return (value) => value === null || value === undefined || inForm(value)
}

type Check = (value: unknown) => boolean

const sealedWhole =
  (as: 'text' | 'bytes' | 'json', isEnvelope: Check): Check =>
  (value) => {
    if (as === 'bytes') return value instanceof Uint8Array && isEnvelope(value)
    if (typeof value !== 'string') return false
    return isEnvelope(as === 'json' && value.startsWith('"') ? json(value) : value)
  }

function sealedDocument({ policy }: SealedJson<unknown>, isEnvelope: Check): Check {
  const selectors = policy.groups.flatMap((group) => group.selectors)
  return (value) => {
    const document = json(value)
    if (!isObject(document)) return false
    if (policy.form === 'inline')
      return selectors.every(({ tokens }) => everySelected('$doc' in document ? document.$doc : document, tokens, isEnvelope))
    const { $wax: wax } = document
    if (!isObject(wax)) return isEnvelope(wax)
    const { $id: _, ...bundles } = wax
    return Object.keys(bundles).length > 0 && Object.values(bundles).every(isEnvelope)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function json(value: unknown): unknown {
  try {
    return parsed(value)
  } catch {
    return undefined
  }
}

function everySelected(value: unknown, [token, ...rest]: readonly string[], check: Check): boolean {
  if (token === undefined) return check(value)
  if (token === '**' && !everySelected(value, rest, check)) return false
  if (!isObject(value)) return true
  if (token === '*') return Object.values(value).every((member) => everySelected(member, rest, check))
  if (token === '**') return Object.values(value).every((member) => everySelected(member, [token, ...rest], check))
  return !Object.hasOwn(value, token) || everySelected(value[token], rest, check)
}
