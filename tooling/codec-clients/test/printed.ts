import { execFile } from 'node:child_process'

/** What a run of a program came to. */
export interface Printed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export const printed = (
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Printed> =>
  new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 1 << 26, ...options }, (error, stdout, stderr) => {
      const code = error ? error.code : 0
      if (typeof code === 'number') resolve({ code, stdout, stderr })
      else reject(error)
    })
  })
