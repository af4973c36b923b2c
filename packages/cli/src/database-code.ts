const CODE = /^([0-9A-Z]{5}|ER_[A-Z_]+|E[A-Z]{3,}|PROTOCOL_[A-Z_]+)$/
/** Of SQLite, which has one code for all of it. */
const MISSING = /^no such (table|column): "?[\w.]+/

/** Of Redis, which begins its messages with it. */
const REPLY = /^[A-Z]{2,20}(?= )/

/** What a database or its driver says of a call that failed: its message may quote values. Undefined of other errors. */
export function databaseCode(error: unknown): string | undefined {
  const { code, message, name } = (error ?? {}) as { code?: unknown; message?: unknown; name?: unknown }
  if (name === 'ReplyError') return REPLY.exec(String(message))?.[0]
  const missing = typeof message === 'string' ? MISSING.exec(message)?.[0] : undefined
  return missing?.replace('"', '') ?? (typeof code === 'string' && CODE.test(code) ? code : undefined)
}
