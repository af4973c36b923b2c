import { builtinModules } from 'node:module'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** What a bundle for browsers came to. */
export interface Weight {
  readonly minifiedBytes: number
  readonly gzipBytes: number
  /** The modules of Node that it wants. */
  readonly node: readonly string[]
}

/** Bundles `source` as a browser would load it, resolved from `folder`; `external` packages stay outside. */
export const weigh = async (source: string, folder: string, external: readonly string[]): Promise<Weight> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['browser', 'import'],
    // Left outside so that the caller names them, instead of an error of the bundler.
    external: [...external, 'node:*', ...builtinModules],
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path))
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  return {
    minifiedBytes: code.length,
    gzipBytes: gzipSync(code, { level: 9 }).length,
    node: [...new Set(imports)].filter((path) => path.startsWith('node:') || builtinModules.includes(path)).sort(),
  }
}
