const CODES = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const

export type GoogleStatus = keyof typeof CODES

/** Why the service refuses, in its own words. */
export class GoogleRefusal extends Error {
  readonly response: () => Response

  constructor(message: string, response: () => Response) {
    super(message)
    this.response = response
  }
}

/** Refuses as Google's REST interfaces do. */
export function refuse(status: GoogleStatus, message: string): never {
  throw new GoogleRefusal(message, () => googleError(status, message))
}

/** Refuses as the token endpoint does (RFC 6749, section 5.2). */
export function refuseGrant(error: string, description: string, status = 400): never {
  throw new GoogleRefusal(description, () => Response.json({ error, error_description: description }, { status }))
}

/** Refuses in plain words, as the metadata server and the front of every Google service do. */
export function refusePlainly(status: number, text: string): never {
  throw new GoogleRefusal(text, () => plainError(status, text))
}

export function googleError(status: GoogleStatus, message: string): Response {
  const code = CODES[status]
  const headers = status === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' } : {}
  return Response.json({ error: { code, message, status } }, { status: code, headers })
}

export const plainError = (status: number, text: string): Response =>
  new Response(`<!DOCTYPE html><title>Error ${status}</title><p>${text}</p>`, {
    status,
    headers: { 'content-type': 'text/html' },
  })
