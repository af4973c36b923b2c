import { existsSync } from 'node:fs'
import { demoApp } from './command.mjs'
import { capture, install, pinnedNode, pnpm, root, run, stop } from './steps.mjs'

const args = process.argv.slice(2)
const app = demoApp(args)
const fresh = await install('waxseal', `@waxseal/${app}...`)
if (fresh !== 0) stop('The demo could not be installed.', fresh)

const main = `${root}apps/${app}/dist/main.js`
if (!existsSync(main)) console.error('Building the demo ...')
const build = await capture(...pnpm('exec', 'turbo', 'build', `--filter=@waxseal/${app}`, '--output-logs=errors-only'))
if (build.code !== 0) stop(`${build.output}\nThe demo could not be built.`, build.code)

// Paths in the arguments are meant from where the user stands.
const cwd = process.env.INIT_CWD ?? process.cwd()
process.exitCode = await run(pinnedNode(), [main, ...args], { cwd })
