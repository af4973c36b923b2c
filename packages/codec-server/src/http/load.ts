import { HttpError } from './answers.js'

/** What one call holds of the server's memory. */
export interface Share {
  /** 503 where it would be more than the server holds at once. */
  take(bytes: number): void
  /** Gives all of it back. */
  release(): void
}

/** Bytes of the bodies that are being worked on, of all calls together. */
export interface Load {
  begin(): Share
}

const BUSY = {
  status: 503,
  code: 'busy',
  message: 'the server has as much to do as it holds at once',
  headers: { 'retry-after': '1' },
} as const

export function createLoad(maxBytes: number): Load {
  let held = 0
  return {
    begin() {
      let own = 0
      return {
        take(bytes) {
          if (held + bytes > maxBytes) throw new HttpError(BUSY)
          held += bytes
          own += bytes
        },
        release() {
          held -= own
          own = 0
        },
      }
    },
  }
}
