/**
 * Every operator of the network IR with what leads to it in the golden programs, its providers, its largest gradient error
 * and its oracles: writes docs/operators.md, or with --json prints one JSON document. WebGPU is measured where
 * `npm run vulkan` has put a software device.
 *
 * Run: node test/bench/operators.ts [--json]
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGradientGraph } from '../../core/autodiff/gradient-graph.ts';
import * as golden from '../core/autodiff/golden-cases.ts';
import { namesByOperator, operators, subjectsOf } from '../core/autodiff/operator-names.ts';
import { openSession, runGraph } from '../core/autodiff/session.ts';
import { measureOnWebGpu } from '../core/autodiff/webgpu-cases.ts';
import { vulkanDriver } from '../vulkan/run-on-vulkan.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'operators.md');
const cases = golden.gradientCases();

async function errorOnCpu(example: golden.GradientCase): Promise<number> {
  const graph = buildGradientGraph(example.network, { batch: golden.BATCH });
  const session = await openSession(graph.bytes);
  const found = await runGraph(session, graph, golden.feed(example));
  await session.release();
  return golden.gradientError(example, found);
}

const cpu = new Map<string, number>();
for (const example of cases) cpu.set(example.name, await errorOnCpu(example));
const found = existsSync(vulkanDriver) ? await measureOnWebGpu() : null;
const webgpu = found === null ? null : new Map(found.map(({ name, gradient }) => [name, gradient]));
const names = await namesByOperator();

const rows = operators.map((operator) => {
  const own = cases.filter(({ network }) => subjectsOf(network).has(operator));
  const largest = (errors: ReadonlyMap<string, number>) =>
    Math.max(...own.map(({ name }) => errors.get(name) ?? Number.NaN));
  return {
    operator,
    names: [...(names.get(operator) ?? [])].sort(),
    providers: ['cpu', ...(webgpu === null ? [] : ['webgpu'])],
    cases: own.length,
    cpu: largest(cpu),
    webgpu: webgpu === null ? null : largest(webgpu),
    pytorchFloat32: Math.max(...own.map(golden.pytorchGradientError)),
    oracle: ['PyTorch float64', ...(own.some(({ differentiable }) => differentiable) ? ['finite differences'] : [])],
  };
});

function shown(error: number | null): string {
  return error === null ? 'not measured' : error.toExponential(1);
}

const heading = `# Operators

What a network may be made of: every operator of the network IR (\`core/network/ir.ts\`), in training. Written by
\`node test/bench/operators.ts\`; a test compares it with the table of rules (\`core/autodiff/rules.ts\`).

- *Reached by*: layers, functions, methods and signs that came to the operator in the programs of
  \`test/golden/network\`. One name may need several operators.
- *Cases*: networks in \`test/golden/autodiff\` about the operator, each with PyTorch's gradients.
- Errors: of all gradients of a case together, norm of the difference to PyTorch's float64 over its norm; the largest of
  the cases. WebGPU is measured under Mesa's software Vulkan. Beside them PyTorch's own float32. Bounds: 1e-6 or twice
  PyTorch's own on the CPU, 1e-5 or twice on WebGPU, for each gradient alone.
- Every operator is trained too: three steps of SGD beside PyTorch's (\`test/core/autodiff/training-steps.test.ts\`), dropout
  with the same masks; in the gradients here it is the identity.

| operator | reached by | providers | cases | error, CPU | error, WebGPU | PyTorch float32 | oracle |
| --- | --- | --- | --- | --- | --- | --- | --- |
`;

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ cases: cases.length, operators: rows }, null, 2));
} else {
  const lines = rows.map((row) =>
    [
      `\`${row.operator}\``,
      row.names.map((name) => `\`${name}\``).join(', '),
      row.providers.join(', '),
      String(row.cases),
      ...[row.cpu, row.webgpu, row.pytorchFloat32].map(shown),
      row.oracle.join(', '),
    ].join(' | '),
  );
  writeFileSync(page, `${heading}${lines.map((line) => `| ${line} |\n`).join('')}`);
}
// The provider's own threads would keep the process.
process.exit(0);
