import { execFile, spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of a program on PATH or in one of these folders (globs; the last one wins), `undefined` where there is none. */
export const findProgram = (name: string, ...folders: string[]): string | undefined => {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  const others = folders.flatMap((pattern) => globSync(join(pattern, name)).sort().reverse())
  return [...others, ...onPath].find((path) => existsSync(path))
}

/** What a program prints of its version, `undefined` where there is no such program. */
export const versionOf = (file: string, ...args: string[]): string | undefined => {
  const { status, stdout } = spawnSync(file, args, { encoding: 'utf8', env: { ...process.env, GOTOOLCHAIN: 'local' } })
  return status === 0 ? stdout.trim() : undefined
}

/** Whether `version`, as `1.26.8` or `go1.26.8`, is at least `minimum`. */
export const atLeast = (version: string, minimum: string): boolean => {
  const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number)
  const found = numbers(version)
  for (const [index, wanted] of numbers(minimum).entries()) {
    const difference = (found[index] ?? 0) - wanted
    if (difference !== 0) return difference > 0
  }
  return true
}

/** Runs a program to its end and gives its standard output; an error that names it and holds the end of what it printed when it fails. */
export const run = (
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const settings = { ...options, env: { ...process.env, ...options.env }, maxBuffer: 64 * 1024 * 1024 }
    execFile(file, args, settings, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      const printed = `${stdout}${stderr}`.trim().slice(-4000) || error.message
      reject(new Error(`${file} ${args.slice(0, 3).join(' ')} failed (exit code ${error.code}):\n${printed}`))
    })
  })
