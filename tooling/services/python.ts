import { join } from 'node:path'
import { installed } from './cache.ts'
import { atLeast, run, versionOf } from './program.ts'

const PYTHON = 'python3'
const MINIMUM = '3.10'
const version = (): string | undefined =>
  versionOf(PYTHON, '-c', 'import ensurepip, platform, venv; print(platform.python_version())')

/** Why packages from PyPI cannot be run here, `undefined` where they can. */
export const pythonMissing = (): string | undefined => {
  const found = version()
  if (found && atLeast(found, MINIMUM)) return undefined
  return `it needs Python ${MINIMUM} or newer with venv; ${found ? `this is ${found}` : 'there is none'}`
}

/** A virtual environment of exactly the packages of `python/NAME.txt`; returns the path of its Python. */
export const pythonWith = async (name: string, packageVersion: string): Promise<string> => {
  const missing = pythonMissing()
  if (missing) throw new Error(`${name}: ${missing}.`)
  const packages = join(import.meta.dirname, 'python', `${name}.txt`)
  const folder = await installed({
    name: `${name}-${packageVersion}`,
    files: [packages],
    tool: `python ${version()}`,
    build: async (fresh) => {
      await run(PYTHON, ['-m', 'venv', fresh])
      await run(join(fresh, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', packages])
    },
  })
  return join(folder, 'bin/python')
}
