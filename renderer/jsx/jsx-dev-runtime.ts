/** The same as jsx-runtime.ts where the page is built for development. */
import { type ElementType, Fragment, type Key } from 'react';
import * as react from 'react/jsx-dev-runtime';
import { shownProps } from './shown-props.ts';

export type { JSX } from 'react/jsx-dev-runtime';
export { Fragment };

type Source = Parameters<typeof react.jsxDEV>[4];

export function jsxDEV(
  type: ElementType,
  props: object,
  key: Key | undefined,
  isStatic: boolean,
  source?: Source,
  self?: unknown,
): react.JSX.Element {
  return react.jsxDEV(type, shownProps(type, props), key, isStatic, source, self);
}
