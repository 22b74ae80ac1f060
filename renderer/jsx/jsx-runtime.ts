/** React's JSX, each element's texts shown as what they are (shown-props.ts). */
import { type ElementType, Fragment, type Key } from 'react';
import * as react from 'react/jsx-runtime';
import { shownProps } from './shown-props.ts';

export type { JSX } from 'react/jsx-runtime';
export { Fragment };

export function jsx(type: ElementType, props: object, key?: Key): react.JSX.Element {
  return react.jsx(type, shownProps(type, props), key);
}

/** With children that the compiler wrote as a list: they need no keys. */
export function jsxs(type: ElementType, props: object, key?: Key): react.JSX.Element {
  return react.jsxs(type, shownProps(type, props), key);
}
