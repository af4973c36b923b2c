import { Command } from 'commander'

export interface FakesOptions {
  readonly only?: string
  readonly port?: string
}

const EXAMPLES = `
Prints what to put into the environment; Ctrl-C ends them. Their keys are new at every start.

Examples:
  $ waxseal fakes
  $ waxseal fakes --only aws-kms --port 4566`

export const fakesCommand = (): Command =>
  new Command('fakes')
    .description('starts fakes of key services on this machine, to develop against')
    .option('--only <names>', 'some of them, with commas: aws-kms, gcp-kms, azure-key-vault, vault')
    .option('--port <number>', 'the port of the first one; the others follow')
    .addHelpText('after', EXAMPLES)
    .action(async (_options: unknown, command: Command) => (await import('../actions/fakes.js')).fakes(command.optsWithGlobals()))
