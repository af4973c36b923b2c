import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture, pnpm } from '../start/steps.mjs'
import type { Limits } from './limits.ts'

interface Component {
  group?: string
  name: string
  version: string
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[]
}

/** A software bill of materials (CycloneDX 1.6), the part that is read here. */
export interface Bill {
  metadata: { component: Component }
  components: Component[]
}

// What ships: the packages, and the app that is built into an image.
const SHIPPED = ['--filter', './packages/*', '--filter', '@waxseal/codec-server-app']

const nameOf = ({ group, name }: Component): string => (group ? `${group}/${name}` : name)

/** Writes one bill of materials for each thing that ships into `folder`: all that its installation brings, peers left out. */
export const writeBills = async (folder: string): Promise<Bill[]> => {
  mkdirSync(folder, { recursive: true })
  const how = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--split', '--prod', '--exclude-peers']
  const { code, output } = await capture(...pnpm(...SHIPPED, 'sbom', ...how, '--out', join(folder, '%s.cdx.json')))
  if (code !== 0) throw new Error(output)
  return readdirSync(folder)
    .filter((file) => file.endsWith('.cdx.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Bill)
}

const licencesOf = ({ licenses = [] }: Component): string[] => {
  const found = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? 'unknown')
  return found.length > 0 ? found : ['none stated']
}

/** One sentence for each licence that is not on the list. */
export const licenceProblems = (bills: readonly Bill[], { licences }: Pick<Limits, 'licences'>): string[] => {
  const problems = bills.flatMap(({ metadata, components }) =>
    components.flatMap((component) =>
      licencesOf(component)
        .filter((licence) => !licences.includes(licence))
        .map((licence) => `${nameOf(metadata.component)}: ${nameOf(component)} ${component.version} is under ${licence}`),
    ),
  )
  return [...new Set(problems)]
}

/** One sentence for each published package that brings more packages than it may, or less than an exception says. */
export const dependencyProblems = (
  bills: readonly Bill[],
  { maxDependencies, exceptions }: Pick<Limits, 'maxDependencies' | 'exceptions'>,
): string[] =>
  bills.flatMap(({ metadata, components }) => {
    const name = nameOf(metadata.component)
    const exception = exceptions[name]
    const limit = exception?.maxDependencies ?? maxDependencies
    if (components.length > limit) return [`${name} brings ${components.length} packages, ${limit} are allowed`]
    const needless = exception !== undefined && limit > maxDependencies && components.length < limit
    return needless ? [`${name} brings ${components.length} packages: lower its exception of ${limit}`] : []
  })
