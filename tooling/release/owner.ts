import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Manifest {
  private?: boolean
  repository?: { type: string; url: string; directory?: string }
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest

/** What only the owner of the repository can do before a release of `root`, one sentence each. */
export const leftForOwner = (root: string): string[] => {
  const { repository } = read(join(root, 'package.json'))
  const security = readFileSync(join(root, 'SECURITY.md'), 'utf8')
  return [
    ...(repository
      ? []
      : ['Name the repository, which provenance is bound to: pnpm release:repository https://github.com/OWNER/NAME']),
    ...(security.includes('to be filled in by the owner') ? ['Name a contact for vulnerabilities in SECURITY.md.'] : []),
  ]
}

/** Writes the repository into package.json and into that of every published package, with the folder of each. */
export const nameRepository = (root: string, address: string): string[] => {
  if (!/^https:\/\/[^/\s]+\/[^/\s]+\/[^/\s]+$/.test(address))
    throw new Error(`not the address of a repository, https://HOST/OWNER/NAME: ${address}`)
  const url = `git+${address.replace(/\.git$/, '')}.git`
  const changed = ['package.json', ...globSync('packages/*/package.json', { cwd: root }).sort()]
  for (const path of changed) {
    const directory = dirname(path)
    const manifest = { ...read(join(root, path)), repository: { type: 'git', url, ...(directory === '.' ? {} : { directory }) } }
    writeFileSync(join(root, path), `${JSON.stringify(manifest, null, 2)}\n`)
  }
  return changed
}
