#!/usr/bin/env node
/** The command line's entry. It imports nothing before it knows that this Node can load the rest. */

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  const { runCommandLine } = await import('./command-line.ts');
  await runCommandLine(process.argv.slice(2));
} else {
  const message = `LLMatic needs Node 22.18 or newer; this is ${process.versions.node}. In a checkout, call it as: npm run -s llmatic -- COMMAND`;
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ error: { kind: 'node-version', message } })}\n`);
  }
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
