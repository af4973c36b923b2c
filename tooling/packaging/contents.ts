// What a tarball may hold, and what may not stand in it.

/** A file of a tarball; `path` is relative to the package. */
export interface Packed {
  readonly path: string
  readonly text: string
}

const ALLOWED = [
  /^package\.json$/,
  /^README\.md$/,
  /^LICENSE$/,
  /^dist\/(?:[\w.-]+\/)*[\w.-]+\.(?:js|js\.map|d\.ts)$/,
  /^dist\/schema\.json$/,
]
const REQUIRED = ['package.json', 'README.md', 'LICENSE']
const FORBIDDEN = /(?:^|\/)(?:tests?|__tests__|fixtures|vectors)\/|\.(?:test|spec|build)\./

const listProblems = (paths: readonly string[]): string[] => [
  ...REQUIRED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
  ...paths
    .filter((path) => FORBIDDEN.test(path) || !ALLOWED.some((pattern) => pattern.test(path)))
    .map((path) => `${path} does not belong there`),
]

interface SourceMap {
  sources: string[]
}

// A source of the package, as many levels up as the map lies deep, or a module that the build made up (`name:path`).
const mapProblems = ({ path, text }: Packed): string[] => {
  const inside = `${'../'.repeat(path.split('/').length - 1)}src/`
  const { sources } = JSON.parse(text) as SourceMap
  return sources
    .filter((source) => !source.startsWith(inside) && !/^(?!file:)[\w-]+:(?!\/)/.test(source))
    .map((source) => `${path} names ${source}`)
}

// Node 22 has no RegExp.escape.
const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const placeProblems = ({ path, text }: Packed, machine: readonly string[]): string[] =>
  machine.filter((place) => new RegExp(`(?<![\\w.-])${escaped(place)}`).test(text)).map((place) => `${path} holds ${place}`)

/**
 * One sentence for each thing in a tarball that does not belong there. `machine`: names of this machine (home, repository,
 * registry) that may not stand in a file.
 */
export const contentProblems = (files: readonly Packed[], machine: readonly string[]): string[] => [
  ...listProblems(files.map(({ path }) => path)),
  ...files.filter(({ path }) => path.endsWith('.map')).flatMap(mapProblems),
  ...files.flatMap((file) => placeProblems(file, machine)),
]
