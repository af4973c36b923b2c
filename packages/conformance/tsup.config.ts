import { library } from '@waxseal/build'

const entry = ['src/command.ts', 'src/contracts.ts', 'src/fakes.ts', 'src/leak-probe.ts']

export default library({ entry: [...entry, 'src/main.ts'], dts: entry })
