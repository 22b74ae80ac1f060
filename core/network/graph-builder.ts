/** Collects the operations of forward into IR nodes: shapes by the rules, sizes against the budget. */
import type { Budget } from '../python/budget.ts';
import { type Place, refuse } from '../python/reason.ts';
import { formatShape } from './dimensions.ts';
import { createGraphMeter } from './graph-meter.ts';
import type { NetworkNode, NodeOf, NodeParameters, Operator, OperatorAttributes, Shape } from './ir.ts';
import type { ShapeQuestion } from './shape-question.ts';
import { shapeRules } from './shape-rules.ts';

interface Emission<O extends Operator> {
  readonly operator: O;
  readonly attributes: OperatorAttributes[O];
  readonly inputs: readonly number[];
  readonly parameters?: NodeParameters;
  readonly weight?: readonly number[] | null;
  readonly target?: Shape | null;
  readonly module: string | null;
  /** How messages name the operation: `Linear(1024, 10)`. */
  readonly name: string;
  /** How messages about later operations name it: `flatten`. */
  readonly label: string;
  readonly place: Place;
}

export interface GraphBuilder {
  readonly nodes: readonly NetworkNode[];
  shape(value: number): Shape;
  /** Where a value comes from: `from flatten of [N, 32, 8, 8]`. */
  origin(value: number): string;
  /** Adds an operation and returns its value. @throws a reason of kind shape or budget */
  emit<O extends Operator>(emission: Emission<O>): number;
}

/** @param input shape of the network's input, the batch axis included: value 0 */
export function createGraphBuilder(input: Shape, budget: Budget): GraphBuilder {
  const nodes: NetworkNode[] = [];
  const shapes: Shape[] = [input];
  const labels: string[] = ['the input'];
  const meter = createGraphMeter(input, budget);

  function shape(value: number): Shape {
    const found = shapes[value];
    if (found === undefined) throw new RangeError(`The graph has no value ${value}.`);
    return found;
  }

  function origin(value: number): string {
    if (value === 0) return `the network's input ${formatShape(input)}`;
    const from = nodes[value - 1]?.inputs[0] ?? 0;
    return `from ${labels[value]} of ${formatShape(shape(from))}`;
  }

  function emit<O extends Operator>(emission: Emission<O>): number {
    const { operator, attributes, inputs, module, place } = emission;
    const weight = emission.weight ?? null;
    const question: ShapeQuestion<O> = {
      attributes,
      inputs: inputs.map(shape),
      weight,
      target: emission.target ?? null,
      name: emission.name,
      // Said only where something does not fit.
      get origin() {
        return inputs.map(origin).join(' and ');
      },
    };
    const named = { operator, attributes, inputs: question.inputs, name: emission.name };
    meter.begin(named);
    const result = shapeRules[operator](question);
    if (result.length > budget.rank)
      refuse('budget', `${emission.name} makes a value of more than ${budget.rank} axes`);
    if (nodes.length >= budget.nodes) refuse('budget', `the network has more than ${budget.nodes} operations`);
    meter.charge({ ...named, output: result, weight, parameters: emission.parameters ?? {} });
    const node: NodeOf<O> = {
      operator,
      attributes,
      inputs,
      parameters: emission.parameters ?? {},
      shape: result,
      module,
      place,
    };
    nodes.push(asNetworkNode(node));
    shapes.push(result);
    labels.push(emission.label);
    return nodes.length;
  }

  return { nodes, shape, origin, emit };
}

/** A node of some operator is a node of the union: TypeScript cannot see this through the type parameter. */
function asNetworkNode<O extends Operator>(node: NodeOf<O>): NetworkNode {
  return node as NetworkNode;
}
