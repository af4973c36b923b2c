import { createRequire } from 'node:module'
import { tools } from '@waxseal/consumer-tools'
import { entries, installEverything } from '../entries.ts'
import { type Consumer, expectOutput, type Place } from '../place.ts'

// One installation serves all: it is the largest, and what is compared is the compilers.
let installed: Promise<Place> | undefined
const everything = (place: Place): Promise<Place> => {
  installed ??= installEverything(place).then(() => {
    place.write('entries.ts', entries.map((name, index) => `export * as e${index} from '${name}'`).join('\n'))
    place.examples('typed.ts', 'typed.cts', 'check-types.mjs')
    return place
  })
  return installed
}

const loaders = {
  'load.mjs': 'for (const name of NAMES) await import(name)\nconsole.log(NAMES.length)',
  'load.cjs': 'for (const name of NAMES) require(name)\nconsole.log(NAMES.length)',
}

const loading: Consumer = {
  name: 'every entry, import and require',
  check: async (place) => {
    const { write, run } = await everything(place)
    for (const [file, code] of Object.entries(loaders)) {
      write(file, code.replaceAll('NAMES', JSON.stringify(entries)))
      expectOutput(await run('node', [file]), String(entries.length))
    }
    return `${entries.length} entries`
  },
}

const compilerOptions = {
  target: 'es2022',
  lib: ['es2022', 'dom', 'esnext.disposable'],
  strict: true,
  noEmit: true,
  types: ['node'],
}
const nodenext = {
  files: ['entries.ts', 'typed.ts', 'typed.cts'],
  compilerOptions: { ...compilerOptions, module: 'nodenext', moduleResolution: 'nodenext' },
}
const bundler = {
  files: ['entries.ts', 'typed.ts'],
  compilerOptions: { ...compilerOptions, module: 'esnext', moduleResolution: 'bundler' },
}

const checked = (name: string, compiler: string): Consumer => ({
  name,
  check: async (place) => {
    const { run } = await everything(place)
    const projects = [nodenext, bundler].map((project) => JSON.stringify(project))
    const files = await run('node', ['check-types.mjs', compiler, ...projects])
    return `nodenext and bundler, ${entries.length} entries: ${files.split('\n').join(' and ')} of ours`
  },
})

// An error in a declaration of a peer, which is not ours to mend, or a line that explains one.
const foreign = (line: string): boolean =>
  line === '' || line.startsWith(' ') || /^node_modules\/(?!@waxseal\/)|^\.\.\//.test(line)

// What a compiler says that has read everything and found something; one that crashed or was too slow says something else.
const reportsErrors = ({ message }: Error): boolean =>
  /: exit code \d+\n/.test(message) && /^\S.*\(\d+,\d+\): error TS/m.test(message)

// The native compiler has no interface to ask about single files: it checks the declarations of the peers too, which takes most of the time.
const native: Consumer = {
  name: 'TypeScript 7.0, native',
  check: async (place) => {
    const { run, write } = await everything(place)
    for (const [skipLibCheck, { files, compilerOptions }] of [
      [false, nodenext],
      [true, bundler],
    ] as const) {
      write('tsconfig.json', JSON.stringify({ files, compilerOptions: { ...compilerOptions, skipLibCheck } }))
      const output = await run('node', [tools.typescript70, '-p', '.', '--pretty', 'false']).catch((error: Error) => {
        if (!reportsErrors(error)) throw error
        return error.message
      })
      // The first line of a failure is the command.
      const found = output
        .split('\n')
        .slice(1)
        .filter((line) => !foreign(line))
      if (found.length > 0) throw new Error(found.join('\n'))
    }
    return `nodenext and bundler (this with skipLibCheck), ${entries.length} entries`
  },
}

/** Every entry of every package beside its peers: loaded by `import` and by `require()`, and its declarations in three compilers. */
export const everyEntry: readonly Consumer[] = [
  loading,
  checked('TypeScript 5.8', tools.typescript58),
  checked('TypeScript 6.0', createRequire(import.meta.url).resolve('typescript')),
  native,
]
