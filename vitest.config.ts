import { defineConfig } from 'vitest/config';

// Two tiers: files named *.full.test.ts need Python, Redis, Chromium or ../shared and run only in the full tier.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env.LLMATIC_TIER === 'full' ? [] : ['test/**/*.full.test.ts'],
    globalSetup: ['test/compile-app.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
