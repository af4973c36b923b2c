/** Values that are read as a text, or as bytes: they have no members to look at. */

export const isPrimitive = (value: unknown): boolean =>
  value === null || (typeof value !== 'object' && typeof value !== 'function')

/** Number of bytes, also of bytes as JSON writes them; -1 for anything else. */
export function bytesOf(value: object): number {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength
  if (typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer) return value.byteLength
  if (Array.isArray(value)) return -1
  if (Object.hasOwn(value, 'data') && Object.hasOwn(value, 'type')) {
    const { type, data } = value as { type: unknown; data: unknown }
    if (type === 'Buffer' && Array.isArray(data)) return data.length
  }
  if (!Object.hasOwn(value, '0')) return -1
  const members = Object.entries(value)
  const isByte = (byte: unknown) => Number.isInteger(byte) && (byte as number) >= 0 && (byte as number) < 256
  return members.length > 7 && members.every(([key, byte], at) => key === String(at) && isByte(byte)) ? members.length : -1
}

/** What functions and expressions have anyway. */
const BUILT_IN = ['length', 'name', 'prototype', 'arguments', 'caller']

/** Also members that are hidden: consoles show those if they are asked to. */
function isBare(value: object): boolean {
  const usual = typeof value === 'function' ? BUILT_IN : value instanceof RegExp ? ['lastIndex'] : []
  return Object.keys(value).length === 0 && Reflect.ownKeys(value).every((key) => usual.includes(key as string))
}

/** The text by which a value without members is read. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'symbol') return String(value)
  if (typeof value === 'function') return `[function${value.name === '' ? '' : ` ${value.name}`}]`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : Date.prototype.toISOString.call(value)
  return value instanceof RegExp || value instanceof URL || value instanceof String ? String(value) : undefined
}

/** Members by which a value says itself how it is written. */
export const WRITING = new Set(['toString', 'toLocaleString', 'valueOf'])

/** May be shown in place of its text while that is clear: nothing was added to it, and no class of its own writes it in another way. */
export function isKept(value: unknown): boolean {
  if (typeof value === 'symbol') return true
  if (isPrimitive(value) || !isBare(value as object)) return false
  if (typeof value === 'function') return !hasToJson(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  return [Date, RegExp, URL, String].some((kind) => kind.prototype === prototype)
}

export const hasToJson = (value: object): value is { toJSON(): unknown } =>
  typeof (value as { toJSON?: unknown }).toJSON === 'function'

export const isEntries = (value: object): value is Iterable<[unknown, unknown]> =>
  value instanceof Map || /^\[object (?:Map|URLSearchParams|Headers|FormData)\]$/.test(Object.prototype.toString.call(value))

/** Made by braces, by JSON, or in another realm. */
export const isPlain = (prototype: object | null): boolean =>
  prototype === null ||
  prototype === Object.prototype ||
  (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'))

/** What is computed might be something else when it is read again. */
export const isComputed = (value: object, key: string): boolean => Object.getOwnPropertyDescriptor(value, key)?.get !== undefined

/** A class of its own might show more, or in another way; so might what was added to it. */
export const isOnly = (value: object, prototype: object): boolean => Object.getPrototypeOf(value) === prototype && isBare(value)
