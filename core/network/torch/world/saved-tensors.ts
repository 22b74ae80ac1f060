/** Which tensors an operator's gradient reads: they must not change in place before it runs (PyTorch's derivatives.yaml). */
import type { Operator } from '../../ir.ts';
import { operators } from '../../operators.ts';
import type { TensorValue } from './values.ts';
import type { Request, TorchWorld } from './world.ts';

/** Records which tensors the operation's gradient will read. */
export function remember(
  world: TorchWorld,
  request: Request<Operator>,
  node: number,
  result: TensorValue,
  inPlace: boolean,
): void {
  const { operator, inputs, place, name } = request;
  const { saves, savesInPlace } = operators[operator];
  const what = inPlace ? savesInPlace : saves;
  const save = ({ tensor }: TensorValue) => {
    world.reading.saved.push({ node, storage: tensor.storage, version: tensor.version, name, place });
  };
  if (what === 'output' || what === 'both') save(result);
  if (what !== 'inputs' && what !== 'both') return;
  if (operator === 'multiply' || operator === 'divide') {
    const [left, right] = inputs;
    if (left === undefined || right === undefined) return;
    // The gradient of one factor is the other factor; a quotient's needs its divisor always.
    if (right.tensor.requiresGrad && !inPlace) save(left);
    if (left.tensor.requiresGrad) save(right);
    return;
  }
  for (const input of inputs) save(input);
}
