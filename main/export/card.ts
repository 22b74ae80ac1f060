/** README.md of an export: what the network is, how good, how it was made and how to use it. */
import type { LineageStep } from '../../core/contract/candidates.ts';
import { markdownCode } from '../../core/text/markdown.ts';
import type { Recipe } from '../../core/training/recipe.ts';
import type { NetworkReport } from '../run/networks.ts';
import type { RunDescription } from '../store/run-description.ts';

export interface CardContent {
  readonly network: NetworkReport;
  readonly lineage: readonly LineageStep[];
  readonly run: RunDescription;
  readonly created: string;
  /** What has to be said of the run, in sentences. */
  readonly notes: readonly string[];
  /** What the test split is called: whether the search selected on it. */
  readonly testSplit: string;
  readonly recipe: Recipe;
  readonly validationImages: number;
  /** (byte / 255 - mean) / deviation by channel; null where the run did not record it. */
  readonly normalisation: { readonly mean: readonly number[]; readonly deviation: readonly number[] } | null;
}

const percent = (share: number | null): string => (share === null ? 'not measured' : `${(share * 100).toFixed(2)} %`);

function normalisationText({ normalisation, recipe }: CardContent): string {
  if (normalisation !== null) {
    return `Scale bytes to 0..1, then (x - mean) / deviation by channel: mean [${normalisation.mean.join(', ')}], deviation [${normalisation.deviation.join(', ')}].`;
  }
  return recipe.normalisation === 'half'
    ? 'Scale bytes to 0..1, then (x - 0.5) / 0.5.'
    : 'Scale bytes to 0..1, then subtract the mean and divide by the deviation of the training images, by channel.';
}

function lineageRow(step: LineageStep): string {
  const how = step.operator === 'initial' ? 'initial network' : step.operator;
  const others = step.parents.length > 1 ? ` with ${step.parents.slice(1).map(markdownCode).join(', ')}` : '';
  const prompt = step.prompt === null ? '' : markdownCode(step.prompt);
  return `| ${markdownCode(step.network)} | ${how}${others} | ${prompt} | ${step.temperature?.toFixed(3) ?? ''} | ${percent(step.testAccuracy)} |`;
}

function recipeRows(recipe: Recipe): string[] {
  return Object.entries(recipe).map(([name, value]) => `| ${name} | ${value === null ? 'all' : String(value)} |`);
}

/** What lies in the folder of an export. `input`: [C, H, W] of one image. */
export function fileRows(input: readonly number[]): string {
  return `- \`net.py\`: the PyTorch module, printed from the network and nothing else; \`python net.py\` loads the weights.
- \`weights.safetensors\`: trained weights by the names of net.py's state_dict.
- \`model.onnx\`: the same network for inference; input \`[N, ${input.join(', ')}]\`, any batch size, output logits.
- \`original.txt\`: the text that the network was read from, as it was written. Untrusted: for reading, not for running.
- \`manifest.json\`: hashes and all figures.`;
}

/** How the model can be told from others of its name. */
function modelSource({ hash }: RunDescription['model']): string {
  return hash === null ? 'served by another program' : `SHA-256 ${markdownCode(hash)}`;
}

/** Where it comes from, in one sentence. */
function origin({ lineage, run }: CardContent): string {
  const kind = `An image classifier of ${run.dataset.classes} classes`;
  return lineage.at(-1)?.operator === 'initial'
    ? `${kind}: the network that the search by LLMatic started from.`
    : `${kind}, designed by LLMatic: a language model wrote it, and it was the best trained network of its niche.`;
}

export function card(content: CardContent): string {
  const { network, lineage, run, created, recipe, validationImages, notes, testSplit } = content;
  const { measures, accuracy } = network;
  return `# Network ${markdownCode(network.network)}

${origin(content)}

| split of ${markdownCode(run.dataset.name)} | accuracy |
| --- | --- |
| ${testSplit} | ${percent(accuracy.test)} |
| validation (${validationImages} training images held out) | ${percent(accuracy.validation)} |
| train | ${percent(accuracy.train)} |

${notes.map((note) => `${note}\n\n`).join('')}| measure | value |
| --- | --- |
| parameters | ${measures.params} |
| FLOPs (multiply-accumulates of one image) | ${measures.flops} |
| width | ${measures.width} |
| depth | ${measures.depth} |

## Files

${fileRows(run.dataset.shape)}

## Input

${normalisationText(content)}

## How it was made

Run of ${markdownCode(created)}, preset ${run.preset === null ? 'none' : markdownCode(run.preset)}, seed ${run.seed}; language model ${markdownCode(run.model.name)} (${modelSource(run.model)}); dataset ${markdownCode(run.dataset.name)} (SHA-256 ${markdownCode(run.dataset.hash)}).

| network | made by | prompt | temperature | test accuracy |
| --- | --- | --- | --- | --- |
${lineage.map(lineageRow).join('\n')}

## Training recipe

| setting | value |
| --- | --- |
${recipeRows(recipe).join('\n')}
`;
}
