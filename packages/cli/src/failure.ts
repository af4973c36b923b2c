/** What a run ended as. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const

interface FailureOptions {
  readonly hint?: string | undefined
  readonly exitCode?: number
  readonly isAboutAll?: boolean
}

/** Why a command ended without having done what it was told. */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** What to do about it. */
  readonly hint: string | undefined
  readonly exitCode: number
  /** Whether whatever else is tried would end the same. */
  readonly isAboutAll: boolean

  constructor(message: string, { hint, exitCode = EXIT.failed, isAboutAll = false }: FailureOptions = {}) {
    super(message)
    this.hint = hint
    this.exitCode = exitCode
    this.isAboutAll = isAboutAll
  }
}

/** A command line that cannot be followed. */
export const usage = (message: string, hint?: string): Failure => new Failure(message, { hint, exitCode: EXIT.usage })
