/** Where the sources are; provenance is bound to it. */
export interface Repository {
  type: string
  url: string
  directory?: string
}

/** The fields of a package.json that the rules below read. */
export interface Manifest {
  name: string
  private?: boolean
  license?: string
  author?: string
  type?: string
  repository?: Repository
  sideEffects?: unknown
  files?: string[]
  engines?: { node?: string }
  publishConfig?: { access?: string }
  exports?: Record<string, unknown>
  dependencies?: Record<string, string>
}

/**
 * What is the same in every published package, so that no reader and no tool has to look. Returns one sentence a problem.
 * `repository` is that of the root's package.json, absent until the owner names it.
 */
export const manifestProblems = (manifest: Manifest, folder: string, repository?: Repository): string[] => {
  const named = repository && { ...repository, directory: `packages/${folder}` }
  const must: [boolean, string][] = [
    [manifest.name === `@waxseal/${folder}`, `its name is not @waxseal/${folder}`],
    [manifest.license === 'Apache-2.0', 'its licence is not Apache-2.0'],
    [manifest.author === 'the Waxseal authors', 'its author is not "the Waxseal authors"'],
    [manifest.type === 'module', 'it is not "type": "module"'],
    [
      JSON.stringify(manifest.repository) === JSON.stringify(named),
      'its repository is not that of the root (pnpm release:repository)',
    ],
    [manifest.sideEffects === false, 'it does not say "sideEffects": false'],
    [
      ['>=20.19', '>=22'].includes(manifest.engines?.node ?? ''),
      'its engines are neither node >=20.19 nor, where a peer needs it, >=22',
    ],
    [manifest.publishConfig?.access === 'public', 'it would not be published publicly'],
    [manifest.files?.join() === 'dist,README.md', 'it ships other files than dist and README.md'],
    [manifest.exports?.['./package.json'] !== undefined, 'it does not export ./package.json'],
  ]
  return must.filter(([holds]) => !holds).map(([, problem]) => `${manifest.name}: ${problem}`)
}
