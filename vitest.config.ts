import { defineConfig } from 'vitest/config';
import { quietEnvironment } from './main/quiet-environment.ts';

// Two tiers: files named *.full.test.ts need Python, Redis, Chromium or ../shared and run only in the full tier.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env.LLMATIC_TIER === 'full' ? [] : ['test/**/*.full.test.ts'],
    globalSetup: ['test/compile-app.ts'],
    pool: 'forks',
    // Also for oracles in Python, some of which load ONNX Runtime.
    env: { ...quietEnvironment },
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
