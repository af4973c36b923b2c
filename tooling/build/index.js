/**
 * The one build of every published package: ESM for any runtime, type declarations, source maps, modules shared by several
 * entries split out so that each exists once.
 *
 * @param {{ entry?: string[], dts?: string[] }} [options] `entry`: source files, `src/index.ts` unless told. `dts`: the entries
 *   that get declarations, all unless told (entries reached only through `imports` need none).
 * @returns {import('tsup').Options}
 */
export const library = ({ entry = ['src/index.ts'], dts = entry } = {}) => ({
  entry,
  dts: { entry: dts },
  format: ['esm'],
  target: 'es2022',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  clean: true,
  external: [/^#/, /^node:/],
})

/**
 * The build of an app: runs on the pinned Node, its dependencies stay outside.
 *
 * @param {{ entry?: string[] }} [options] `entry`: source files, `src/main.ts` unless told.
 * @returns {import('tsup').Options}
 */
export const app = ({ entry = ['src/main.ts'] } = {}) => ({
  entry,
  format: ['esm'],
  target: 'node24',
  platform: 'node',
  splitting: true,
  sourcemap: true,
  clean: true,
})
