import { inspect } from 'node:util'
import { expect } from 'vitest'

/** Every text that somebody who logs an error may see. */
export function shown(error: unknown): string {
  const texts: string[] = []
  for (let at = error; at !== undefined && at !== null; at = (at as { cause?: unknown }).cause)
    texts.push(
      inspect(at, { depth: 10, showHidden: true, getters: true }),
      JSON.stringify(at),
      String(at),
      String((at as Error).stack),
    )
  return texts.join('\n')
}

/** An entry each of whose values is a text that stands nowhere else. */
export const SECRETS = {
  actor: 'canary-actor',
  operation: 'canary.operation',
  subject: 'canary-subject',
  scope: 'canary-scope',
  outcome: 'canary-outcome',
  requestId: 'canary-request',
  details: { note: 'canary-note' },
}

/** Must fail with this code and show nothing of the entry. */
export async function expectQuiet(run: Promise<unknown>, code: string, message?: RegExp): Promise<void> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code })
  expect(shown(error)).not.toMatch(/canary/)
  if (message) expect((error as Error).message).toMatch(message)
}
