import { z } from 'zod'

const MARK = 'x-live'

/** Something that only a file of code can give: an object of another library, a function. */
export const live = <T>(fits: (value: unknown) => boolean, message: string) => z.custom<T>(fits, message).meta({ [MARK]: true })

/** Whether a JSON Schema stands for such a thing. */
export const isLive = (schema: unknown): boolean => typeof schema === 'object' && schema !== null && MARK in schema

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: unknown): boolean => Array.isArray(value)

export const isFunction = (value: unknown): boolean => typeof value === 'function'
