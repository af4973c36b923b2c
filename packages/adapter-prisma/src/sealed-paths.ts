const steps = (selector: string): string[] =>
  selector
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The steps of a path of Prisma's: a list on PostgreSQL, `$.user.email` elsewhere, where `*` and `**` may stand for steps. */
const stepsOf = (path: unknown): string[] =>
  Array.isArray(path)
    ? path.map(String)
    : [...String(path).matchAll(/(\*\*)|\."((?:[^"\\]|\\.)*)"|\.([^.[*]+|\*)|\[([^\]]+)\]/g)].map(
        ([, any, quoted, plain, at]) => any ?? quoted ?? plain ?? at ?? '',
      )

/**
 * Whether a filter on a path into a document meets something sealed: the path leads to it, or beyond, or one of the values that it is
 * compared with holds a member of that name.
 */
export function meetsSealed(selectors: readonly string[], path: unknown, values: readonly unknown[]): boolean {
  const at = stepsOf(path)
  // What a detector finds has no selector.
  const left = selectors.flatMap((selector) => (selector.startsWith('/') ? [...remaining(steps(selector), at)] : []))
  return left.some((rest) => rest.length === 0 || values.some((value) => holds(value, rest) || holds([value], rest)))
}

/** What of a selector lies below a path, each way that the path leads along it; empty where the path leads to what it selects. */
function* remaining([step, ...rest]: readonly string[], at: readonly string[]): Generator<readonly string[]> {
  if (step === undefined) return yield []
  const [first, ...further] = at
  if (first === undefined) return yield [step, ...rest]
  if (step === '**') yield* remaining(rest, at)
  if (step === '**' || first === '**') yield* remaining([step, ...rest], further)
  if (first === '**') yield* remaining(rest, at)
  else if (step === '*' || first === '*' || step === first) yield* remaining(rest, further)
}

function holds(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return true
  if (typeof value !== 'object' || value === null) return false
  if (step === '**' && holds(value, rest)) return true
  if (step !== '*' && step !== '**') return Object.hasOwn(value, step) && holds((value as Record<string, unknown>)[step], rest)
  return Object.values(value).some((member) => holds(member, step === '*' ? rest : [step, ...rest]))
}
