/** Prisma's own values among the arguments: they stand for something and are no data. */
const OBJECT_ENUM = Symbol.for('prisma.objectEnumValue')
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** `Prisma.DbNull`, `Prisma.JsonNull` and `Prisma.AnyNull`. */
export const isJsonNull = (value: unknown): boolean =>
  isObject(value) && (OBJECT_ENUM in value || typeof (value as { _getName?: unknown })._getName === 'function')

/** `Prisma.skip` says the same as leaving the member out. */
export const isAbsent = (value: unknown): boolean =>
  value === undefined || (isObject(value) && typeof (value as { ifUndefined?: unknown }).ifUndefined === 'function')

/** Any of the ways to say NULL. */
export const isNull = (value: unknown): boolean => value === null || isJsonNull(value)

/** A reference to another field, as `prisma.customer.fields.email`. */
export const isFieldRef = (value: unknown): boolean =>
  isObject(value) && !isPlain(value) && 'modelName' in value && 'typeName' in value

/** An object with members, rather than a value: no array, bytes, date or number of Prisma's. */
export const isPlain = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])
