import { WaxsealError } from '@waxseal/core'

/** The code of what is thrown, or `ok`. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run()
    return 'ok'
  } catch (error) {
    if (!WaxsealError.is(error)) throw error
    return error.code
  }
}

/** A server that answers every request the same. */
export const answering = (status: number, body: unknown): typeof fetch =>
  (async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })) as typeof fetch
