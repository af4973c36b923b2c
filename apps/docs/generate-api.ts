// The API reference: one Markdown page for every entry of every public package, made from the declarations that are published.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application, ReflectionKind } from 'typedoc'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const out = fileURLToPath(new URL('api', import.meta.url))

interface Manifest {
  readonly name: string
  readonly exports?: Record<string, string | { readonly types?: string }>
}

/** Name of an entry ("core/keys") by the file of its declarations. */
function entries(): Map<string, string> {
  const found = new Map<string, string>()
  for (const path of globSync('packages/*/package.json', { cwd: repository }).sort()) {
    const { name, exports = {} } = JSON.parse(readFileSync(join(repository, path), 'utf8')) as Manifest
    for (const [entry, target] of Object.entries(exports)) {
      if (typeof target === 'string' || !target.types) continue
      found.set(join(repository, dirname(path), target.types), join(name.replace('@waxseal/', ''), entry))
    }
  }
  return found
}

const names = entries()
const app = await Application.bootstrapWithPlugins({
  entryPoints: [...names.keys()],
  tsconfig: join(repository, 'apps/docs/tsconfig.api.json'),
  plugin: ['typedoc-plugin-markdown'],
  readme: 'none',
  disableGit: true,
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  skipErrorChecking: true,
  logLevel: 'Error',
  validation: { invalidLink: false, notExported: false, notDocumented: false },
})
app.options.setValue('out', out)
for (const [option, value] of Object.entries({
  router: 'module',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandObjects: false,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  enumMembersFormat: 'table',
}))
  app.options.setValue(option, value)

const project = await app.convert()
if (!project) throw new Error('The declarations could not be read: build the packages first.')
project.name = 'API reference'
// A module is called after its file, from the folder of all packages: "core/dist/keys". Its page is "core-keys", because "core/json"
// would be the address of the type Json as well.
const packages = join(repository, 'packages/')
const addresses = new Map([...names.values()].map((name) => [name, name.replaceAll('/', '-')]))
if (new Set(addresses.values()).size < addresses.size) throw new Error('Two entries would be one page.')
const called = new Map([...names].map(([file, name]) => [file.slice(packages.length).replace(/(\/index)?\.d\.ts$/, ''), name]))
for (const module of project.getChildrenByKind(ReflectionKind.Module))
  module.name = addresses.get(called.get(module.name) ?? '') ?? module.name
await app.generateOutputs(project)

const rewrite = (page: string, change: (text: string) => string) =>
  writeFileSync(join(out, page), change(readFileSync(join(out, page), 'utf8')))
for (const [name, address] of addresses) {
  // TypeDoc counts "AuditError.code" as the first "auditerrorcode"; among headings the type of that name is the only one.
  rewrite(`${address}.md`, (text) => {
    const headings = new Set([...text.matchAll(/^#+ (\w+)/gm)].map(([, heading = '']) => heading.toLowerCase()))
    const anchored = text.replace(/\(#(\w+)-1\)/g, (link, anchor) => (headings.has(anchor) ? `(#${anchor})` : link))
    return anchored.replace(/^# .*$/m, `# @waxseal/${name}`)
  })
  rewrite('index.md', (text) => text.replace(`[${address}]`, `[@waxseal/${name}]`))
}
