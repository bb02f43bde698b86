import { defineConfig } from 'vitest/config'

// Tests run on the sources: the `@proj/source` condition of every package's exports.
const conditions = ['@proj/source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{packages/*,conformance,examples/*}/test/**/*.test.ts'],
    testTimeout: 30_000,
  },
})
