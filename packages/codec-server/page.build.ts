import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Options } from 'tsup'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const folder = fileURLToPath(new URL('src/inspector/page/', import.meta.url))
const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }

const hashOf = (algorithm: string, encoding: 'base64' | 'hex', text: string): string =>
  createHash(algorithm).update(text).digest(encoding)

function fileOf(stem: string, extension: string, body: string) {
  const name = `${stem}-${hashOf('sha256', 'hex', body).slice(0, 12)}.${extension}`
  return { name, type: TYPES[extension], body, integrity: `sha384-${hashOf('sha384', 'base64', body)}` }
}

/** Puts the page into the module as texts, so that nothing has to be read from a disk where it is served. */
export const pageFiles: Plugin = {
  name: 'page-files',
  setup(build) {
    build.onResolve({ filter: /\/page-files\.js$/ }, ({ path }) => ({ path, namespace: 'page-files' }))
    build.onLoad({ filter: /./, namespace: 'page-files' }, async () => {
      const { outputFiles } = await build.esbuild.build({
        entryPoints: [`${folder}main.tsx`],
        outdir: folder,
        bundle: true,
        minify: true,
        write: false,
        format: 'esm',
        platform: 'browser',
        target: ['es2022'],
        jsx: 'automatic',
        jsxImportSource: 'preact',
        legalComments: 'none',
        logLevel: 'warning',
      })
      const texts = outputFiles.map(({ path, text }) => fileOf('inspector', path.endsWith('.css') ? 'css' : 'js', text))
      const icon = fileOf('icon', 'svg', await readFile(`${folder}icon.svg`, 'utf8'))
      return { contents: `export const files = ${JSON.stringify([...texts, icon])}`, loader: 'js' }
    })
  },
}
