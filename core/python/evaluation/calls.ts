/** Calling: functions of the program, native functions, classes, methods, instances. */

import { memberByValue } from '../modules/enumerations.ts';
import { type Place, refuse } from '../reason.ts';
import type { Expression, Parameter } from '../syntax/syntax.ts';
import { typeName } from '../types/type-name.ts';
import type { Arguments, ClassValue, FunctionValue, Value } from '../types/values.ts';
import { allocate } from './allocation.ts';
import { chargeArguments, chargeCount } from './argument-sizes.ts';
import { findInClass, isSubclass, override, refuseUnread } from './classes.ts';
import { type Frame, makeGenerator } from './generators.ts';
import type { Evaluator } from './runtime.ts';
import { callScope } from './scopes.ts';
import { bindArguments, type SignatureParameter } from './signature.ts';
import { evaluateSteps } from './yielding-expressions.ts';
import { generatorBody } from './yielding-statements.ts';

/** Calls a value. @throws a reason, of kind type for what cannot be called */
export function callValue(evaluator: Evaluator, callee: Value, given: Arguments, place: Place): Value {
  evaluator.meter.enter();
  evaluator.meter.step();
  chargeCount(evaluator.meter, given);
  const result = dispatch(evaluator, callee, given, place);
  evaluator.meter.leave();
  return result;
}

function dispatch(evaluator: Evaluator, callee: Value, given: Arguments, place: Place): Value {
  if (callee !== null && typeof callee === 'object') {
    switch (callee.kind) {
      case 'function':
        return callFunction(evaluator, callee, given, place);
      case 'native':
        if (callee.counted !== true) chargeArguments(evaluator.meter, given);
        return callee.run(given, place);
      case 'bound': {
        const withSelf = { positional: [callee.self, ...given.positional], keywords: given.keywords };
        return evaluator.call(callee.callee, withSelf, place);
      }
      case 'class':
        return instantiate(evaluator, callee, given, place);
      case 'instance': {
        const method = findInClass(callee.type, '__call__');
        if (method === undefined) {
          refuseUnread(callee.type, place);
          break;
        }
        return evaluator.call(method, { positional: [callee, ...given.positional], keywords: given.keywords }, place);
      }
      case 'staticmethod':
        return evaluator.call(callee.callee, given, place);
      case 'dict':
      case 'list':
      case 'tuple': {
        const method = override(callee, '__call__');
        if (method === undefined) break;
        return evaluator.call(method, { positional: [callee, ...given.positional], keywords: given.keywords }, place);
      }
      case 'host':
        if (callee.call !== undefined) return callee.call(given, place);
        break;
      default:
        break;
    }
  }
  return refuse('type', `'${typeName(callee)}' object is not callable`, place);
}

function callFunction(evaluator: Evaluator, callee: FunctionValue, given: Arguments, place: Place): Value {
  const variables = bind(evaluator, callee, given, place);
  const scope = callScope(callee.closure, variables, callee.locals, callee.owner, given.positional[0] ?? null);
  const { body } = callee;
  if (callee.generator) {
    const frame: Frame = { evaluator, scope, depth: 0, guards: 0 };
    return makeGenerator(frame, place, isBlock(body) ? generatorBody(frame, body) : evaluateSteps(frame, body));
  }
  if (!isBlock(body)) return evaluator.evaluate(body, scope);
  const completion = evaluator.execute(body, scope);
  return typeof completion === 'object' ? completion.value : null;
}

function isBlock(body: FunctionValue['body']): body is Exclude<FunctionValue['body'], Expression> {
  return Array.isArray(body);
}

function signatureOf(parameter: Parameter): SignatureParameter {
  return { name: parameter.name, kind: parameter.kind, hasDefault: parameter.fallback !== null };
}

function bind(evaluator: Evaluator, callee: FunctionValue, given: Arguments, place: Place): Map<string, Value> {
  const { parameters, defaults } = callee;
  const plain =
    given.keywords.size === 0 &&
    given.positional.length === parameters.length &&
    parameters.every((parameter) => parameter.kind === 'positional');
  if (plain) {
    const variables = new Map<string, Value>();
    parameters.forEach((parameter, index) => {
      variables.set(parameter.name, given.positional[index] ?? null);
    });
    return variables;
  }
  // Parameters are gone through several times, given or not.
  evaluator.meter.work(4 * (parameters.length + defaults.size));
  const name = callee.owner === null ? callee.name : `${callee.owner.name}.${callee.name}`;
  const variables = bindArguments(name, parameters.map(signatureOf), given, place);
  for (const [key, value] of defaults) if (!variables.has(key)) variables.set(key, value);
  return variables;
}

/** `Class(...)`: makes a value and initialises it. @throws a reason, of kind type for wrong arguments */
function instantiate(evaluator: Evaluator, type: ClassValue, given: Arguments, place: Place): Value {
  if (type.members !== undefined && type.members.size > 0) {
    return memberByValue(evaluator, type, given.positional[0] ?? null, place);
  }
  if (type.construct !== null) return type.construct(given, place, type);
  if (type.abstract !== undefined && type.abstract.length > 0) {
    const names = type.abstract.map((each) => `'${each}'`).join(', ');
    const plural = type.abstract.length === 1 ? '' : 's';
    refuse('type', `Can't instantiate abstract class ${type.name} with abstract method${plural} ${names}`, place);
  }
  const maker = override({ type }, '__new__');
  const made =
    maker === undefined
      ? allocate(evaluator, type, given, place)
      : evaluator.call(maker, { positional: [type, ...given.positional], keywords: given.keywords }, place);
  if (maker !== undefined && !isSubclass(evaluator.typeOf(made), type)) return made;
  const initialise = findInClass(type, '__init__');
  if (initialise === undefined) {
    const taken = type.order.some((each) => each.construct !== null || each.name === 'BaseException');
    if (!taken && maker === undefined && (given.positional.length > 0 || given.keywords.size > 0)) {
      refuse('type', `${type.name}() takes no arguments`, place);
    }
    return made;
  }
  const result = evaluator.call(
    initialise,
    { positional: [made, ...given.positional], keywords: given.keywords },
    place,
  );
  if (result !== null) refuse('type', `__init__() should return None, not '${typeName(result)}'`, place);
  return made;
}
