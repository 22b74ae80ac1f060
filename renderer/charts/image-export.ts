/** A drawing of the page as a file of its own: SVG with every style written out, PNG made from it, text. */
import { visible, visibleLine } from '../../core/text/visible.ts';

/** What a style sheet gives to a drawing; written as attributes, which need no style sheet and no exception of the policy. */
const inherited = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linejoin',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'paint-order',
] as const;

/** Writes the style of an element on its copy, as far as it does not have it from the element around it. */
function writeStyle(original: Element, copy: Element): void {
  const style = getComputedStyle(original);
  const around =
    original instanceof SVGSVGElement || original.parentElement === null
      ? null
      : getComputedStyle(original.parentElement);
  for (const property of inherited) {
    const value = style.getPropertyValue(property);
    // A pattern is named by the page's address in a computed style; the attribute names it alone.
    if (value.includes('url(')) continue;
    if (value === around?.getPropertyValue(property)) copy.removeAttribute(property);
    else copy.setAttribute(property, value);
  }
  const opacity = style.getPropertyValue('opacity');
  if (opacity !== '1') copy.setAttribute('opacity', opacity);
}

const margin = 12;

/** How a drawing says how tall it is with what only its file shows (`data-file-only`), such as the legend. */
function fileHeight(svg: SVGSVGElement): number {
  return Number(svg.dataset.fileHeight ?? svg.getAttribute('height') ?? svg.clientHeight);
}

/** The drawing as the text of an SVG file, as it looks now, on the surface it stands on. */
export function svgText(svg: SVGSVGElement, title: string): string {
  const copy = svg.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) return '';
  const originals = [...svg.querySelectorAll<SVGElement>('*')];
  for (const [index, element] of [...copy.querySelectorAll<SVGElement>('*')].entries()) {
    const original = originals[index];
    if (original === undefined) continue;
    writeStyle(original, element);
    element.removeAttribute('class');
    element.removeAttribute('style');
    delete element.dataset.fileOnly;
  }
  writeStyle(svg, copy);
  for (const element of copy.querySelectorAll('[data-page-only]')) element.remove();
  const width = Number(svg.getAttribute('width') ?? svg.clientWidth);
  const height = fileHeight(svg);
  const [fullWidth, fullHeight] = [width + 2 * margin, height + 2 * margin];
  for (const name of ['class', 'style', 'tabindex', 'role', 'aria-hidden', 'data-file-height', 'data-drawing'])
    copy.removeAttribute(name);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(fullWidth));
  copy.setAttribute('height', String(fullHeight));
  copy.setAttribute('viewBox', `${-margin} ${-margin} ${fullWidth} ${fullHeight}`);
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  name.textContent = visible(title);
  const surface = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of Object.entries({ x: -margin, y: -margin, width: fullWidth, height: fullHeight }))
    surface.setAttribute(key, String(value));
  surface.setAttribute(
    'fill',
    getComputedStyle(document.documentElement).getPropertyValue('--raised').trim() || '#fff',
  );
  copy.prepend(name, surface);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

/** The same drawing as a PNG of twice its size. Rejects with a sentence where the browser cannot draw it. */
export async function pngOf(svg: SVGSVGElement, title: string): Promise<Blob> {
  try {
    const image = new Image();
    // As data: the page's policy lets in pictures from no other address.
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg, title))}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (png === null) throw new Error('the picture is larger than the browser can draw');
    return png;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The PNG of ${title} could not be made: ${why}. Export it as SVG.`, { cause: error });
  }
}

/** A name for a file on any system: no folder, no character that is not seen or that a system refuses. */
function fileName(name: string): string {
  return visibleLine(name)
    .replace(/[\\/:*?"<>|]/g, '-')
    .slice(-150);
}

/** Hands a file to the person, as a download. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName(name);
  link.click();
  // The download reads the address after the click returns.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
