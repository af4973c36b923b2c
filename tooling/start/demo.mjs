import { existsSync } from 'node:fs'
import { capture, install, pinnedNode, pnpm, root, run, stop } from './steps.mjs'

const fresh = await install('waxseal', '@waxseal/worker...')
if (fresh !== 0) stop('The demo could not be installed.', fresh)

const main = `${root}apps/worker/dist/main.js`
if (!existsSync(main)) console.error('Building the demo ...')
const build = await capture(...pnpm('exec', 'turbo', 'build', '--filter=@waxseal/worker', '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe demo could not be built.`, build.code)

// Paths in the arguments are meant from where the user stands.
const cwd = process.env.INIT_CWD ?? process.cwd()
process.exitCode = await run(pinnedNode(), [main, ...process.argv.slice(2)], { cwd })
