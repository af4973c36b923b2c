import { resolve } from 'node:path'
import type { Context } from '@waxseal/core'
import type { PlaceOptions } from './commands/options.js'
import { usage } from './failure.js'

/** The pairs of `--context name=value`, or none: `undefined` where nothing was said. */
export function contextOf({ context = [] }: Pick<PlaceOptions, 'context'>): Context | undefined {
  if (context.length === 0) return undefined
  if (context.length === 1 && context[0] === 'none') return 'none'
  const pairs = new Map<string, string>()
  for (const pair of context) {
    const at = pair.indexOf('=')
    if (at < 1) throw usage(`--context takes name=value, or none, and not ${JSON.stringify(pair)}`)
    const name = pair.slice(0, at)
    if (pairs.has(name)) throw usage(`--context has ${name} twice`)
    pairs.set(name, pair.slice(at + 1))
  }
  return Object.fromEntries(pairs)
}

/** `usage` for options that exclude each other. */
export function checkPlace({ jsonl, rejects, output = '-' }: PlaceOptions): void {
  if (rejects === undefined) return
  if (!jsonl) throw usage('--rejects goes with --jsonl')
  if (resolve(rejects) === resolve(output)) throw usage('--rejects and --output are one place: one would be lost in the other')
}
