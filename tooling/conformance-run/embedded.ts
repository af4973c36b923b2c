import { isUtf8 } from 'node:buffer'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import { sharedFolder } from '../test/shared.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const tests = fileURLToPath(new URL('../test/', import.meta.url))

// Modules of Node that tests may use where there is none. Only tests get them, so that sources which name one still fail there.
const STAND_INS: Record<string, string> = {
  'node:buffer': 'buffer.ts',
  'node:crypto': 'crypto.ts',
  'node:fs': 'fs.ts',
  'node:path': 'path.ts',
  'node:url': 'url.ts',
  'node:zlib': 'zlib.ts',
}

/** Whether a file is a test or what only tests use. */
export const isTest = (path: string): boolean => /\/packages\/[^/]+\/test\//.test(path) || path.startsWith(tests)

/** Whether all that a test file imports from a module of Node is there in its stand-in. */
export const standsIn = (text: string, name: string): boolean => {
  const file = STAND_INS[name]
  if (!file) return false
  const there = [
    ...readFileSync(join(here, 'stand-ins', file), 'utf8').matchAll(/^export (?:const (\w+)|\{([^}]*)\})/gm),
  ].flatMap(([, one, many]) => one ?? (many ?? '').split(',').map((part) => part.trim()))
  const clauses = [...text.matchAll(/^import (?!type)([^'"]*?) from '([^']+)'/gm)].filter(([, , from]) => from === name)
  const wanted = clauses.flatMap(([, clause = '']) => {
    const names = /^\{([^}]*)\}$/s.exec(clause)?.[1]
    return names === undefined ? ['*'] : names.split(',').map((part) => part.trim().split(' as ')[0] ?? '')
  })
  return wanted.length > 0 && wanted.every((part) => part === '' || part.startsWith('type ') || there.includes(part))
}

const textOrBase64 = (bytes: Buffer): [text: string, base64: 0 | 1] =>
  isUtf8(bytes) ? [bytes.toString(), 0] : [bytes.toString('base64'), 1]

// Read anew for each run and held in the bundle alone: nothing that lies outside the repository is copied into it.
const filesOf = (folder: string): string => {
  const read = (root: string, pattern: string) =>
    globSync(pattern, { cwd: root, exclude: ['**/*.ts'] })
      .filter((path) => /\.\w+$/.test(path))
      .map((path) => [join(root, path), textOrBase64(readFileSync(join(root, path)))] as const)
  const data = join(sharedFolder, 'data')
  return `export default new Map(${JSON.stringify([...read(data, '**/*.{json,gz}'), ...read(join(folder, 'test'), '**/*')])})`
}

/** What tests of a package find where there is no Node and no file system: `data`, and stand-ins for a few modules. */
export const embedded = (folder: string, data: boolean, page: boolean): Plugin => ({
  name: 'embedded',
  setup: (b) => {
    b.onResolve({ filter: /^node:/ }, ({ path, importer }) => {
      const file = STAND_INS[path]
      return file && isTest(importer) ? { path: join(here, 'stand-ins', file) } : undefined
    })
    b.onResolve({ filter: /^(node:)?buffer\/?$/ }, ({ path, importer }) => {
      if (path === 'buffer/') return b.resolve('buffer/index.js', { resolveDir: here, kind: 'import-statement' })
      return isTest(importer) ? { path: join(here, 'stand-ins/buffer.ts') } : undefined
    })
    b.onResolve({ filter: /^waxseal:/ }, ({ path }) => ({ path, namespace: 'embedded' }))
    b.onLoad({ filter: /^waxseal:files$/, namespace: 'embedded' }, () => ({
      contents: data ? filesOf(folder) : 'export default new Map()',
      loader: 'js',
    }))
    b.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (!isTest(path)) return undefined
      // Tests may write hex with Buffer; sources may not.
      const text = readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      const shared =
        path === join(tests, 'shared.ts') ? text.replaceAll('process.env.WAXSEAL_SHARED', JSON.stringify(sharedFolder)) : text
      const globals = [`import { Buffer } from ${JSON.stringify(join(here, 'stand-ins/buffer.ts'))}`]
      if (page) globals.push(`import { Request } from ${JSON.stringify(join(here, 'stand-ins/request.ts'))}`)
      return { contents: `${globals.join('\n')}\n${shared}`, loader: 'ts' }
    })
  },
})
