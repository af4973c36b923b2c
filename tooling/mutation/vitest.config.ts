import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Runs in the copy that holds the mutants, which is the working directory by then.
const source = (path: string): string => join(process.cwd(), 'src', path)

export default defineConfig({
  resolve: { alias: { '#backend': source('backend/node.ts'), '#zlib': source('backend/zlib-node.ts') } },
  test: {
    include: ['test/**/*.test.ts'],
    // Other implementations' vectors and the browser backend: what they would kill, the tests of the files kill.
    exclude: ['test/wycheproof.test.ts', 'test/web.test.ts'],
    testTimeout: 20_000,
  },
})
