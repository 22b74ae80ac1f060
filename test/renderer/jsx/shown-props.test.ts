/** What React's own renderer makes of elements that hold hostile text. */
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Fragment, jsx, jsxs } from '../../../renderer/jsx/jsx-runtime.ts';
import { shownProps } from '../../../renderer/jsx/shown-props.ts';

const raw = 'a\u001b[2J\u202eb\u200b<c>\nd';
const shown = 'a\\x1b[2J\\u202eb\\u200b&lt;c&gt;\nd';

/** A component that gives its text on without an element of its own. */
function Named({ children }: { readonly children: string }) {
  return children;
}

test('texts of elements, in lists, in fragments and through components, are shown as what they are', () => {
  const page = jsxs('div', {
    children: [
      raw,
      jsx('p', { children: raw }),
      jsx('ul', { children: ['1', raw].map((text) => jsx('li', { children: text }, text)) }),
      jsx(Fragment, { children: raw }),
      jsx(Named, { children: raw }),
      7,
      null,
      ['x', [raw]],
    ],
  });
  expect(renderToStaticMarkup(page)).toBe(
    `<div>${shown}<p>${shown}</p><ul><li>1</li><li>${shown}</li></ul>${shown}${shown}7x${shown}</div>`,
  );
});

test('attributes that are read are shown, what a person types and where links lead stay', () => {
  const props = { title: raw, 'aria-label': raw, placeholder: raw, value: raw, href: raw, id: raw };
  const seen = 'a\\x1b[2J\\u202eb\\u200b<c>\nd';
  expect(shownProps('input', props)).toEqual({ ...props, title: seen, 'aria-label': seen, placeholder: seen });
  // A component's props are its own: only its children are known to be text.
  expect(shownProps(() => null, props)).toBe(props);
});

test('an option without a value keeps the text that it stands for', () => {
  expect(shownProps('option', { children: 'a\u202eb' })).toEqual({ children: 'a\\u202eb', value: 'a\u202eb' });
  expect(shownProps('option', { children: 'a\u202eb', value: '1' })).toEqual({ children: 'a\\u202eb', value: '1' });
});

test('what holds nothing hidden is the very object that was given', () => {
  const props = { children: ['plain', 'text\n'], title: 'größer' };
  expect(shownProps('p', props)).toBe(props);
});
