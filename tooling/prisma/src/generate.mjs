// Generates Prisma clients as `prisma generate` does. The command of Prisma wants a program that it downloads, though it never starts
// it here; the generator is a package of its own, and needs none.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const { generateClient, getDMMF } = require('@prisma/client-generator-ts')
const { version } = require('@prisma/client/package.json')
const path = (name) => fileURLToPath(new URL(name, import.meta.url))

/** `dist/NAME` gets the client of `src/SCHEMA.prisma` for a provider. */
async function generate(name, schema, provider) {
  const datamodel = `datasource db {\n  provider = "${provider}"\n}\n\n${readFileSync(path(`${schema}.prisma`), 'utf8')}`
  const outputDir = path(`../dist/${name}`)
  const sourceFilePath = `${schema}.prisma`
  await generateClient({
    datamodel,
    dmmf: await getDMMF({ datamodel }),
    schemaPath: sourceFilePath,
    outputDir,
    runtimeBase: '@prisma/client/runtime',
    generator: {
      name: 'client',
      provider: { value: 'prisma-client', fromEnvVar: null },
      output: { value: outputDir, fromEnvVar: null },
      config: {},
      binaryTargets: [],
      previewFeatures: [],
      sourceFilePath,
    },
    datasources: [{ name: 'db', provider, activeProvider: provider, schemas: [], sourceFilePath }],
    binaryPaths: {},
    engineVersion: 'none',
    clientVersion: version,
    activeProvider: provider,
    target: 'nodejs',
    generatedFileExtension: 'ts',
    importFileExtension: 'ts',
    moduleFormat: 'esm',
    tsNoCheckPreamble: true,
    compilerBuild: 'fast',
  })
}

for (const provider of ['sqlite', 'postgresql', 'mysql']) await generate(provider, 'customers', provider)
await generate('shop', 'shop', 'sqlite')
await generate('notes', 'notes', 'postgresql')
