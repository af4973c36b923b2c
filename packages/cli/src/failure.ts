/** What a run ended as. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** Why a command ended without having done what it was told. */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** What to do about it. */
  readonly hint: string | undefined
  readonly exitCode: number

  constructor(message: string, { hint, exitCode = EXIT.failed }: { hint?: string | undefined; exitCode?: number } = {}) {
    super(message)
    this.hint = hint
    this.exitCode = exitCode
  }
}

/** A command line that cannot be followed. */
export const usage = (message: string, hint?: string): Failure => new Failure(message, { hint, exitCode: EXIT.usage })
