/** What a failure looks like outside: nothing of its message, stack, causes or properties. */
export class SealedJobError extends Error {
  /** The failure itself, sealed for its owner. */
  readonly $sealed?: string
  /** Waxseal's own code, where Waxseal refused. */
  readonly code?: string

  constructor({ sealed, code }: { sealed?: string | undefined; code?: string | undefined }) {
    super('the job failed; details are sealed')
    this.name = 'SealedJobError'
    // The host stores stacks.
    this.stack = ''
    if (sealed !== undefined) this.$sealed = sealed
    if (code !== undefined) this.code = code
  }
}

const MAX_CAUSES = 8

/** All that an owner wants to know of a failure, as JSON; what JSON cannot carry is left out. */
export function describeFailure(failure: unknown, depth = 0): unknown {
  if (!(failure instanceof Error)) return toJson(failure)
  const { name, message, stack, cause, ...rest } = failure as Error & Record<string, unknown>
  return {
    name,
    message,
    stack: stack ?? '',
    ...((toJson(rest) as object | null) ?? {}),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describeFailure(cause, depth + 1) }),
  }
}

/** A value as the host would store it. */
function toJson(value: unknown): unknown {
  try {
    const text = JSON.stringify(value)
    return text === undefined ? null : JSON.parse(text)
  } catch {
    return null
  }
}
