import { library } from '@waxseal/build'

export default { ...library({ entry: ['src/main.ts'], dts: [] }), platform: 'node', dts: false }
