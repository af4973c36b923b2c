import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const FRAMES = 3

/** Where in our own sources an error was made: the innermost frames, as `file:line:column`. */
const placeOf = (stack: string): string[] =>
  stack
    .split('\n')
    .filter((line) => line.includes(`${repository}packages/`))
    .slice(0, FRAMES)
    .map((line) => /packages\/.*\d/.exec(line)?.[0] ?? '')

/**
 * What tells one way through a parser from another: where it refused, or that it accepted, and how much. Input that takes a way
 * which nothing took before is worth mutating further.
 */
export const wayOf = (
  result: { readonly error: unknown } | { readonly bytes: number; readonly label?: string | undefined },
): string =>
  'error' in result
    ? [(result.error as { code?: string }).code, ...placeOf((result.error as Error).stack ?? '')].join(' ')
    : `accepted ${result.label ?? ''} ${Math.floor(Math.log2(1 + result.bytes))}`
