import { WaxsealError } from '@waxseal/core'
import { isOjsEncoded, malformed, type OjsEncoded } from './ojs-job.js'

type Step = string | number
type Container = Record<Step, unknown>

// A member by name, an element by number, or any member by its name as JSON.
const STEP = /\.([\p{L}_$][\p{L}\p{N}_$-]*)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]/uy

const noPath = (): never => {
  throw new WaxsealError('config', 'a path begins with args and goes on with [0], .name or ["name"]')
}

/** The steps of a path such as `args[0].card_number`. `config` for what is none. */
export function parseOjsPath(path: unknown): Step[] {
  if (typeof path !== 'string' || !path.startsWith('args')) return noPath()
  const steps: Step[] = []
  const step = new RegExp(STEP)
  for (step.lastIndex = 4; step.lastIndex < path.length; ) {
    const [, name, index, quoted] = step.exec(path) ?? noPath()
    try {
      steps.push(name ?? (index === undefined ? JSON.parse(quoted!) : Number(index)))
    } catch {
      noPath()
    }
  }
  return steps.length === 0 ? noPath() : steps
}

const isContainer = (value: unknown, step: Step): value is Container =>
  typeof value === 'object' && value !== null && Array.isArray(value) === (typeof step === 'number') && Object.hasOwn(value, step)

/** The object or list that holds what a path names; undefined where it is not there. */
function holderOf(args: unknown, steps: readonly Step[]): Container | undefined {
  let at = args
  for (const step of steps.slice(0, -1)) {
    if (!isContainer(at, step)) return undefined
    at = at[step]
  }
  return isContainer(at, steps.at(-1)!) ? at : undefined
}

/** Whether args have what a path names. */
export const hasOjsPath = (args: unknown, path: string): boolean => holderOf(args, parseOjsPath(path)) !== undefined

interface Branch extends Map<Step, Branch> {}

/** Whether one path begins another, or is the same. Linear: whoever writes to a backend may list any number. */
function overlap(paths: readonly (readonly Step[])[]): boolean {
  const root: Branch = new Map()
  const ends = new Set<Branch>()
  for (const steps of paths) {
    let at = root
    for (const step of steps) {
      if (ends.has(at)) return true
      const next: Branch = at.get(step) ?? new Map()
      at.set(step, next)
      at = next
    }
    if (ends.has(at) || at.size > 0) return true
    ends.add(at)
  }
  return false
}

/** A copy of args in which what stands at each path is replaced; paths that are not there are passed over. Gives the others back. */
async function replace(args: unknown, paths: readonly string[], by: (value: unknown, path: string) => Promise<unknown>) {
  const parsed = paths.map(parseOjsPath)
  if (overlap(parsed)) throw new WaxsealError('config', 'one path leads into another')
  const copy = structuredClone(args)
  const replaced: string[] = []
  for (const [i, path] of paths.entries()) {
    const holder = holderOf(copy, parsed[i]!)
    if (!holder) continue
    const step = parsed[i]!.at(-1)!
    const value = await by(holder[step], path)
    Object.defineProperty(holder, step, { value, writable: true, enumerable: true, configurable: true })
    replaced.push(path)
  }
  return { args: copy, paths: replaced }
}

/** How many marked values there are, those inside marked ones not counted. */
function markedIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return isOjsEncoded(value) ? 1 : Object.values(value).reduce((count: number, member) => count + markedIn(member), 0)
}

/** Args, which are JSON, with what stands at the paths encoded, and those paths that were there. `already_sealed` where other members are marked. */
export async function encodeOjsMembers(
  args: unknown,
  paths: readonly string[],
  encode: (value: unknown, path: string) => Promise<OjsEncoded>,
): Promise<{ args: unknown; paths: string[] }> {
  const encoded = await replace(args, paths, encode)
  if (markedIn(encoded.args) !== encoded.paths.length)
    throw new WaxsealError('already_sealed', 'the args hold members that are marked as encoded')
  return encoded
}

/** Args with what stands at the listed paths decoded. `malformed` unless these are the paths of all members that are marked as encoded. */
export async function decodeOjsMembers(
  args: unknown,
  listed: unknown,
  decode: (encoded: unknown, path: string) => Promise<unknown>,
): Promise<unknown> {
  if (!Array.isArray(listed) || markedIn(args) !== listed.length)
    return malformed('its paths are not those of its encoded members')
  const decoded = await replace(args, listed, decode).catch((error) => {
    throw WaxsealError.is(error) && error.code === 'config' ? malformed('its paths are none') : error
  })
  return decoded.paths.length === listed.length ? decoded.args : malformed('a member that it lists is missing')
}
