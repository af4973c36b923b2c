import { library } from '@waxseal/build'

export default library({ entry: ['src/contracts.ts', 'src/leak-probe.ts'] })
