import { defineConfig } from 'vitest/config'

// Tests run on the sources: the `@proj/source` condition of every package's exports.
const conditions = ['@proj/source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{packages/*,conformance,bench,examples/*}/test/**/*.test.ts'],
    setupFiles: ['./vitest.setup.ts'],
    testTimeout: 30_000,
    // Much of a test's time is spent waiting for a server or a child process.
    maxWorkers: '100%',
  },
})
