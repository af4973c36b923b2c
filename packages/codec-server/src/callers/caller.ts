import type { MaybePromise } from '@waxseal/core'

/** Who asks, as an authentication found out. */
export interface Caller {
  /** Stands in the audit trail as the actor: an id, 1 to 255 characters. */
  readonly id: string
  readonly groups: readonly string[]
}

/** What is known of a request's connection; nothing that the caller says. */
export interface Connection {
  readonly remoteAddress?: string | undefined
}

/**
 * Tells who asks: a caller; `null` where the request carries credentials of this kind that are not valid; `undefined` where it carries
 * none.
 */
export type Authentication = (request: Request, connection: Connection) => MaybePromise<Caller | null | undefined>

/** The first authentication whose kind of credentials the request carries decides, and no other is asked. */
export async function callerOf(
  authentications: readonly Authentication[],
  request: Request,
  connection: Connection,
): Promise<Caller | undefined> {
  for (const authenticate of authentications) {
    const caller = await authenticate(request, connection)
    if (caller !== undefined) return caller ?? undefined
  }
  return undefined
}

/** The token of `Authorization: Bearer`; undefined where there is none. */
export const bearerOf = (request: Request): string | undefined =>
  /^Bearer +([^\s]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
