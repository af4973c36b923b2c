// `pnpm screenshots`: builds the codec server and the command, then takes the pictures of the inspector and of a scan's report for the documentation.
import { capture, install, pinnedNode, pnpm, root, run, stop } from '../start/steps.mjs'

const fresh = await install('waxseal', '@waxseal/screenshots...')
if (fresh !== 0) stop('What takes the screenshots could not be installed.', fresh)

const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=@waxseal/screenshots^...', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nWhat is to be shown could not be built.`, build.code)

process.exitCode = await run(pinnedNode(), [`${root}tooling/screenshots/main.ts`])
