import { Argument, Command } from 'commander'

const EXAMPLES = `
Examples:
  $ echo 'source <(waxseal completion bash)' >> ~/.bashrc
  $ waxseal completion zsh > "\${fpath[1]}/_waxseal"
  $ waxseal completion fish > ~/.config/fish/completions/waxseal.fish`

export const completionCommand = (): Command =>
  new Command('completion')
    .description('writes what a shell loads to complete commands and options')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: 'bash' | 'zsh' | 'fish', _options: unknown, command: Command) =>
      (await import('../actions/completion.js')).completion(shell, command.parent!),
    )
