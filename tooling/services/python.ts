import { globSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { installed } from './cache.ts'
import { atLeast, run, versionOf } from './program.ts'

const MINIMUM = '3.10'
const versionIn = (file: string): string | undefined =>
  versionOf(file, '-c', 'import ensurepip, platform, venv; print(platform.python_version())')

/** The Python of the path, then newer ones beside it, and those of pyenv. */
const candidates = (): string[] => [
  ...['python3', 'python3.12', 'python3.13', 'python3.14'],
  ...globSync(join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions/3.*/bin/python3')).sort(),
]

interface Python {
  readonly file: string
  readonly version: string
}

/** The first that is new enough. */
function findPython(minimum: string): Python | undefined {
  for (const file of candidates()) {
    const version = versionIn(file)
    if (version && atLeast(version, minimum)) return { file, version }
  }
  return undefined
}

/** Why packages from PyPI cannot be run here, `undefined` where they can. */
export const pythonMissing = (minimum: string = MINIMUM): string | undefined => {
  if (findPython(minimum)) return undefined
  const found = versionIn('python3')
  return `it needs Python ${minimum} or newer with venv; ${found ? `this is ${found}` : 'there is none'}`
}

/** A virtual environment of exactly the packages of `python/NAME.txt`; returns the path of its Python. */
export const pythonWith = async (name: string, packageVersion: string, minimum: string = MINIMUM): Promise<string> => {
  const python = findPython(minimum)
  if (!python) throw new Error(`${name}: ${pythonMissing(minimum)}.`)
  const packages = join(import.meta.dirname, 'python', `${name}.txt`)
  const folder = await installed({
    name: `${name}-${packageVersion}`,
    files: [packages],
    tool: `python ${python.version}`,
    build: async (fresh) => {
      await run(python.file, ['-m', 'venv', fresh])
      await run(join(fresh, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', packages])
    },
  })
  return join(folder, 'bin/python')
}
