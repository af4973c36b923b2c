import { defineConfig } from 'vitest/config'
import { projects } from './projects.ts'

export default defineConfig({
  test: {
    projects: projects('plain'),
    reporters: [new URL('reporter.ts', import.meta.url).pathname],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
