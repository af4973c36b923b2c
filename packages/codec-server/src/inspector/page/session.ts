import { signal } from '@preact/signals'
import { parseExactly } from '../../http/json.js'

/** Who one is here, and what one may see. */
export interface Identity {
  readonly id: string
  readonly groups: readonly string[]
  readonly pages: readonly string[]
  readonly reason: 'optional' | 'required'
  readonly surfaces: readonly { readonly name: string; readonly values: readonly string[] }[]
  readonly samples: boolean
  readonly verifies: boolean
  readonly limits: { readonly maxPayloads: number; readonly maxBodyBytes: number }
}

/** Why one looks: goes along with every call, and into the trail. */
export interface Why {
  readonly purpose: string
  readonly reason: string
}

/** A call that was refused, in words for whoever made it. */
export class CallError extends Error {
  readonly code: string
  readonly status: number
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Undefined before it is known, null for nobody. */
export const identity = signal<Identity | null | undefined>(undefined)
export const why = signal<Why>({ purpose: '', reason: '' })
/** Whether one is known by a token, and not by where one is. */
export const isByToken = signal(false)
export const signInError = signal('')
/** A question for the reason that waits for its answer. */
export const reasonWanted = signal<((given: boolean) => void) | undefined>(undefined)

/** Nowhere but here, and gone with the page. */
let token = ''

const MESSAGES: Readonly<Record<string, string>> = {
  unauthenticated: 'The server does not know you: the token is wrong, or it is over.',
  access_denied: 'You may not see this.',
  origin_not_allowed: 'The server takes this page for another one’s: is it reached by the same name as its calls?',
  throttled: 'You have asked too often. Wait a moment.',
  too_large: 'This is more than the server takes at once.',
  unavailable: 'A service behind the server does not answer. The same may work later.',
  timeout: 'It took too long.',
  malformed: 'The server does not take this.',
  reason_required: 'The server wants a reason.',
}

/** Texts that can stand in a header: nothing beyond Latin-1. */
export const headerProblem = (text: string): string | undefined => {
  if (text.length > 255) return 'At most 255 characters.'
  return /^[\x20-\x7e\xa0-\xff]*$/.test(text) ? undefined : 'Letters of Western European alphabets only: it travels in a header.'
}

async function once(method: 'GET' | 'POST', path: string, body: unknown): Promise<unknown> {
  const { purpose, reason } = why.value
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(purpose && { 'x-waxseal-purpose': purpose }),
    ...(reason && { 'x-waxseal-reason': reason }),
    ...(method === 'POST' && { 'content-type': 'application/json' }),
  }
  // Beside the page, wherever that is mounted.
  const response = await fetch(`inspector/${path}`, {
    method,
    headers,
    body: method === 'POST' ? JSON.stringify(body) : null,
    cache: 'no-store',
    redirect: 'error',
  }).catch(() => {
    throw new CallError(0, 'unreachable', 'The server does not answer.')
  })
  const answer = await response
    .text()
    .then(parseExactly)
    .catch(() => undefined)
  if (response.ok) return answer
  const code = (answer as { error?: { code?: unknown } } | undefined)?.error?.code
  const text = typeof code === 'string' ? code : 'unknown'
  throw new CallError(response.status, text, MESSAGES[text] ?? `The server answers ${response.status}.`)
}

/** Calls the server; asks for a reason where that is what is missing. CallError. */
export async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  try {
    return (await once(method, path, body)) as T
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    if (error.code === 'unauthenticated') signOut(error.message)
    if (error.code !== 'reason_required') throw error
    if (!(await askForReason())) throw error
    return call(method, path, body)
  }
}

let asking: Promise<boolean> | undefined

/** Once for all calls that wait for it. */
function askForReason(): Promise<boolean> {
  asking ??= new Promise<boolean>((resolve) => {
    reasonWanted.value = resolve
  }).finally(() => {
    asking = undefined
    reasonWanted.value = undefined
  })
  return asking
}

/** Finds out who one is, with this token or without any. */
export async function signIn(given: string): Promise<void> {
  token = given
  try {
    const found = await once('GET', 'whoami', undefined)
    signInError.value = ''
    isByToken.value = given !== ''
    identity.value = found as Identity
  } catch (error) {
    token = ''
    identity.value = null
    const isNobody = error instanceof CallError && error.code === 'unauthenticated'
    signInError.value = given === '' && isNobody ? '' : (error as Error).message
  }
}

export function signOut(because = ''): void {
  token = ''
  why.value = { purpose: '', reason: '' }
  identity.value = null
  signInError.value = because
}
