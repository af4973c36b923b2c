import { library } from '@waxseal/build'

export default library({
  entry: [
    'src/index.ts',
    'src/json.ts',
    'src/keys.ts',
    'src/testing.ts',
    'src/backend/node.ts',
    'src/backend/web.ts',
    'src/backend/zlib-node.ts',
    'src/backend/zlib-web.ts',
  ],
  dts: ['src/index.ts', 'src/json.ts', 'src/keys.ts', 'src/testing.ts'],
})
