// Changes the security-critical files of the core one expression at a time and asks the tests which changes they notice.
import { Stryker } from '@stryker-mutator/core'
import { files } from './files.ts'

const names = process.argv.slice(2)
const chosen = files.filter((file) => names.length === 0 || names.some((name) => file.includes(name)))
if (chosen.length === 0) {
  console.error(`pnpm mutation [part of a file name]..., of:\n${files.join('\n')}`)
  process.exit(2)
}

// What is mutated is copied from the working directory.
process.chdir(new URL('../../packages/core', import.meta.url).pathname)
await new Stryker({
  testRunner: 'vitest',
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
  vitest: { configFile: new URL('vitest.config.ts', import.meta.url).pathname },
  mutate: chosen.map((file) => `src/${file}`),
  // Messages are no behaviour; a label that changes is caught by the vectors.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignoreStatic: true,
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 5000,
  tempDirName: '.out/mutation',
  ignorePatterns: ['dist', '.out', '.turbo'],
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.out/mutation.json' },
  allowConsoleColors: false,
}).runMutationTest()
