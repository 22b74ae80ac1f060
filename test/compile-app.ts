/**
 * Compiles the app once before the full tier: its tests run beside each other, and a compilation in the middle of one
 * would change the page that another serves.
 */
import { compileApp } from './e2e/packaged-app.ts';

export default function setup(): void {
  if (process.env.LLMATIC_TIER === 'full') compileApp();
}
