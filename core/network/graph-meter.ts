/** Holds a network's operations against the budget while forward is followed: values, FLOPs, and what a training step needs. */
import type { Budget } from '../python/budget.ts';
import { refuse } from '../python/reason.ts';
import { elementsOfSample } from './dimensions.ts';
import { flopsOf } from './flops.ts';
import { elementsOnTheWay, graphSizeOf, parameterCounter } from './graph-size.ts';
import type { NodeParameters, Operator, OperatorAttributes, Shape } from './ir.ts';

interface MeteredOperation<O extends Operator> {
  readonly operator: O;
  readonly attributes: OperatorAttributes[O];
  readonly parameters: NodeParameters;
  /** How messages name it. */
  readonly name: string;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  /** Sizes of the weight that is a parameter. */
  readonly weight: readonly number[] | null;
}

export interface GraphMeter {
  /** What can be said before the result's shape is known. @throws a reason of kind budget */
  begin<O extends Operator>(operation: Pick<MeteredOperation<O>, 'operator' | 'attributes' | 'inputs' | 'name'>): void;
  /** @throws a reason of kind budget where the operation brings the network beyond a bound */
  charge<O extends Operator>(operation: MeteredOperation<O>): void;
}

/** @throws a reason of kind budget for a training step of more operations than may be */
export function checkOperations(name: string, operations: number, { trainingOperations }: Budget): void {
  if (operations <= trainingOperations) return;
  refuse(
    'budget',
    `${name} brings a training step to about ${operations} operations, steps of sequences unrolled, more than ${trainingOperations}: make sequences shorter or take fewer layers`,
  );
}

/** @param input shape of the network's input: larger images may have larger values */
export function createGraphMeter(input: Shape, budget: Budget): GraphMeter {
  const numbers = elementsOfSample(input);
  const mostElements = budget.elements + budget.elementsOfInput * numbers;
  const mostBytes = budget.activationBytes + budget.activationBytesOfInput * numbers;
  const newParameters = parameterCounter();
  let flops = 0;
  let bytes = 4 * numbers;
  let operations = 0;
  let unrolled = 0;
  let constantBytes = 0;
  let reads = 0;

  function checkOnTheWay(name: string, elements: number): void {
    // What is no number at all has no end either.
    if (elements <= mostElements) return;
    refuse(
      'budget',
      `${name} takes a value of ${elements} numbers for each image on the way, more than ${mostElements}: pad less or choose a smaller kernel`,
    );
  }

  function chargeValue(name: string, elements: number): void {
    if (!(elements <= mostElements)) {
      refuse(
        'budget',
        `${name} makes a value of ${elements} numbers for each image, more than ${mostElements}: take fewer channels, places or copies`,
      );
    }
    bytes += 4 * elements;
    if (!(bytes <= mostBytes)) {
      refuse(
        'budget',
        `${name} brings the activations to ${bytes} bytes for each image, more than ${mostBytes}: take fewer or narrower layers`,
      );
    }
  }

  return {
    begin: ({ operator, name, ...question }) => checkOnTheWay(name, elementsOnTheWay(operator, question)),
    charge(operation) {
      const { operator, name, output, inputs, weight } = operation;
      flops += flopsOf(operator, { output, inputs, weight });
      if (!(flops <= budget.flops)) {
        refuse('budget', `${name} brings the network to ${flops} FLOPs, more than ${budget.flops}`);
      }
      const size = graphSizeOf(operator, { ...operation, parameters: newParameters(operation.parameters) });
      chargeValue(name, elementsOfSample(output));
      checkOnTheWay(name, size.elements);
      if (!(size.taps <= budget.taps)) {
        refuse(
          'budget',
          `${name} has a kernel of ${size.taps} places, more than ${budget.taps}: choose a smaller kernel`,
        );
      }
      // The last cell state of an LSTM is made whether anything reads it or not: a network that is whole says.
      if (operator !== 'recurrent' || output.length === 3) operations += size.operations;
      checkOperations(name, operations, budget);
      if (operator === 'recurrent' && output.length === 3) unrolled += size.operations;
      if (!(unrolled <= budget.unrolled)) {
        refuse(
          'budget',
          `${name} brings the steps of recurrent layers to about ${unrolled} operations, more than ${budget.unrolled}: make sequences shorter or take fewer layers`,
        );
      }
      constantBytes += size.constantBytes;
      if (!(constantBytes <= budget.constantBytes)) {
        refuse(
          'budget',
          `${name} brings the constants of a training step to ${constantBytes} bytes, more than ${budget.constantBytes}: resize or pool to fewer places`,
        );
      }
      reads += size.reads;
      if (!(reads <= budget.reads)) {
        refuse(
          'budget',
          `${name} brings what pools read to ${reads} numbers for each image, more than ${budget.reads}: choose a smaller window or a larger stride`,
        );
      }
    },
  };
}
