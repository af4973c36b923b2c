import { Command } from 'commander'

const EXAMPLES = `
Needs a configuration with codecServer and audit; \`waxseal init --codec-server\` writes one. It logs to standard error
and ends in order on Ctrl-C or SIGTERM; a second one ends it at once.

Examples:
  $ waxseal serve
  $ waxseal serve --config /etc/waxseal/waxseal.config.json`

export const serveCommand = (): Command =>
  new Command('serve')
    .description('runs the codec server of the configuration')
    .addHelpText('after', EXAMPLES)
    .action(async (_options: unknown, command: Command) => (await import('../actions/serve.js')).serve(command.optsWithGlobals()))
