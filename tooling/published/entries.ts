import { globSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../start/steps.mjs'
import type { Place } from './place.ts'

interface Manifest {
  name: string
  private?: boolean
  exports?: Record<string, unknown>
  peerDependencies?: Record<string, string>
}

const manifests = globSync('packages/*/package.json', { cwd: root })
  .sort()
  .map((path) => ({
    folder: join(root, dirname(path)),
    manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest,
  }))
  .filter(({ manifest }) => !manifest.private)

/** Every module that can be imported from a published package: `@waxseal/core`, `@waxseal/core/keys`, … */
export const entries: readonly string[] = manifests.flatMap(({ manifest }) =>
  Object.keys(manifest.exports ?? {})
    .filter((path) => !path.endsWith('.json'))
    .map((path) => manifest.name + path.slice(1)),
)

const link = (place: Place, name: string, target: string): void => {
  const path = join(place.folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  try {
    symlinkSync(realpathSync(target), path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Installs every package from the registry and links their peers, in the versions that the lockfile has. */
export const installEverything = async (place: Place): Promise<void> => {
  await place.npmInstall(
    manifests.map(({ manifest }) => manifest.name),
    '--legacy-peer-deps',
  )
  for (const { folder, manifest } of manifests) {
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
      if (!peer.startsWith('@waxseal/')) link(place, peer, join(folder, 'node_modules', peer))
    }
  }
  link(place, '@types/node', join(root, 'node_modules/@types/node'))
}
