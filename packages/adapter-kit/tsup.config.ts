import { library } from '@waxseal/build'

export default library({ entry: ['src/index.ts', 'src/names.ts', 'src/reseal.ts'] })
