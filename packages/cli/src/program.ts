import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { completionCommand } from './commands/completion.js'
import { doctorCommand } from './commands/doctor.js'
import { fakesCommand } from './commands/fakes.js'
import { initCommand } from './commands/init.js'
import { inspectCommand } from './commands/inspect.js'
import { keygenCommand } from './commands/keygen.js'
import { keysCommand } from './commands/keys.js'
import { openCommand } from './commands/open.js'
import { migrateCommand, resealCommand } from './commands/reseal.js'
import { scanCommand } from './commands/scan.js'
import { sealCommand } from './commands/seal.js'
import { serveCommand } from './commands/serve.js'
import { suggestCommand } from './commands/suggest.js'
import { printableLines } from './printable.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

const EPILOGUE = `
Secrets are given by reference, as env:NAME or file:/path, never on the command line.
Exit codes: 0 done, 1 failed or found something, 2 wrong usage, 130 Ctrl-C.`

/** The whole command line; what a command does is loaded when it runs. */
export function createProgram(): Command {
  const program = new Command('waxseal')
    .description('Seals and opens data, and looks after its keys.')
    .version(version)
    .option('--config <file>', 'waxseal.config.ts, .mjs, .js or .json; without it the one that lies here')
    .option('--json', 'results as JSON')
    .option('-q, --quiet', 'nothing but results and errors')
    .option('--no-color', 'no colours, as with NO_COLOR')
    .option('--debug', 'the stack of an error')
    .addHelpText('after', EPILOGUE)
    .configureHelp({ helpWidth: 100, showGlobalOptions: true })
    .showHelpAfterError('(see waxseal --help)')
    .configureOutput({
      outputError: (text, write) => write(printableLines(text.replace(/(unknown option '[^'=]*)=.*'/s, "$1'"))),
    })
    .exitOverride()
  for (const command of [
    keygenCommand(),
    inspectCommand(),
    sealCommand(),
    openCommand(),
    scanCommand(),
    suggestCommand(),
    migrateCommand(),
    resealCommand(),
    keysCommand(),
    serveCommand(),
    fakesCommand(),
    doctorCommand(),
    initCommand(),
    completionCommand(),
  ])
    program.addCommand(inheriting(command, program))
  return program
}

/** A command and those beneath it, with the settings of the program. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent)
  for (const beneath of command.commands) inheriting(beneath, command)
  return command
}
