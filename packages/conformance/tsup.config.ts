import { library } from '@waxseal/build'

export default library({ entry: ['src/contracts.ts', 'src/fakes.ts', 'src/leak-probe.ts'] })
