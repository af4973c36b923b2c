// `pnpm fuzz`: builds the packages that are fuzzed as they are published, then fuzzes on the pinned Node.
import { capture, install, pinnedNode, pnpm, root, run, stop } from '../start/steps.mjs'

const fresh = await install('!@waxseal/runtimes')
if (fresh !== 0) stop('What is fuzzed could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=@waxseal/fuzz^...', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe packages could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), [`${root}tooling/fuzz/fuzz.ts`, ...process.argv.slice(2)])
