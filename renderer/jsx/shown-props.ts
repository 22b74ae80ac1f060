/**
 * What an element of the page is given, with every text that will be read shown as what it is: React keeps HTML out, but not
 * a direction that turns the words around, or characters that are not seen. Every JSX element comes through here
 * (tsconfig.json, vite.config.ts), so that no view can forget it.
 */
import { visible } from '../../core/text/visible.ts';

/** Attributes that people read or hear. What they type (`value`) and where links lead stay as they are. */
const readAttributes = [
  'title',
  'alt',
  'label',
  'placeholder',
  'aria-label',
  'aria-description',
  'aria-valuetext',
  'aria-roledescription',
] as const;

function shownChild(child: unknown): unknown {
  if (typeof child === 'string') return visible(child);
  if (!Array.isArray(child)) return child;
  let changed = false;
  const shown = child.map((each: unknown) => {
    const next = shownChild(each);
    changed ||= next !== each;
    return next;
  });
  // React knows the list that the compiler made by its identity: it stays where nothing changes.
  return changed ? shown : child;
}

/**
 * @param type a tag's name, or a component: its children are texts too, its other props are its own
 */
export function shownProps(type: unknown, props: object): object {
  const changes: Record<string, unknown> = {};
  const given = props as Readonly<Record<string, unknown>>;
  if ('children' in given) {
    const children = shownChild(given.children);
    if (children !== given.children) {
      changes.children = children;
      // An option without a value of its own stands for its text.
      if (type === 'option' && !('value' in given)) changes.value = given.children;
    }
  }
  if (typeof type === 'string') {
    for (const name of readAttributes) {
      const text = given[name];
      if (typeof text !== 'string') continue;
      const shown = visible(text);
      if (shown !== text) changes[name] = shown;
    }
  }
  return Object.keys(changes).length === 0 ? props : { ...props, ...changes };
}
