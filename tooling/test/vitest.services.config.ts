import { defineConfig } from 'vitest/config'
import { projects } from './projects.ts'

export default defineConfig({
  test: {
    projects: projects('services'),
    reporters: [new URL('reporter.ts', import.meta.url).pathname],
    // Half of the tests wait for processes of their own.
    maxWorkers: 2,
    testTimeout: 120_000,
    // The first start of a service may have to build it.
    hookTimeout: 1_800_000,
  },
})
