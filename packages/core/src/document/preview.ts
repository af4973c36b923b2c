import { fail } from '../errors.js'

/** Which end of a value a preview shows. */
export type Preview = 'start' | 'end'

const WIDTH = 8
const DOT = '•'

/**
 * Eight characters whatever the value: at most 4 of it and at most a third, nothing of values below 8 characters or of other
 * types. Stored in clear and not authenticated.
 */
export function previewOf(value: unknown, kind: Preview): string {
  if (kind !== 'start' && kind !== 'end') fail('config', "a preview is 'start' or 'end'")
  const characters = typeof value === 'string' ? Array.from(value) : []
  const shown = characters.length < 8 ? 0 : Math.min(4, Math.floor(characters.length / 3))
  const hidden = DOT.repeat(WIDTH - shown)
  return kind === 'start'
    ? characters.slice(0, shown).join('') + hidden
    : hidden + characters.slice(characters.length - shown).join('')
}
