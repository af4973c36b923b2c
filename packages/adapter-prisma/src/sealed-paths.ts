const steps = (selector: string): string[] =>
  selector
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The steps of a path of Prisma's: a list on PostgreSQL, `$.user.email` elsewhere. */
const stepsOf = (path: unknown): string[] =>
  Array.isArray(path)
    ? path.map(String)
    : [...String(path).matchAll(/\."((?:[^"\\]|\\.)*)"|\.([^.[]+)|\[([^\]]+)\]/g)].map(
        ([, quoted, plain, at]) => quoted ?? plain ?? at ?? '',
      )

/** Whether a path into a document leads into something sealed: to it, or beyond. */
export function sealedFieldAt(selectors: readonly string[], path: unknown): boolean {
  const at = stepsOf(path)
  // What a detector finds has no selector.
  return selectors.some((selector) => selector.startsWith('/') && leadsInto(steps(selector), at))
}

function leadsInto([step, ...rest]: readonly string[], at: readonly string[]): boolean {
  if (step === undefined) return true
  if (step === '**') return leadsInto(rest, at) || (at.length > 0 && leadsInto([step, ...rest], at.slice(1)))
  return at.length > 0 && (step === '*' || step === at[0]) && leadsInto(rest, at.slice(1))
}
