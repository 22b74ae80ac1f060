/** A setting `model` that is no file but the address of a server: `http://127.0.0.1:8080/v1#NAME`. */

/** Whether it is an address. */
export function isServed(model: string): boolean {
  return /^https?:\/\//i.test(model);
}

/** The address, and the name behind `#`; null where there is none. */
export function addressParts(model: string): { readonly address: string; readonly name: string | null } {
  const [address = '', ...rest] = model.split('#');
  const name = rest.join('#').trim();
  return { address: address.trim(), name: name === '' ? null : name };
}

/** The two put together. */
export function withName(address: string, name: string): string {
  return `${addressParts(address).address}#${name}`;
}

/**
 * Whether two settings `model` are at one address, whatever the name behind it. What a person allowed for an address
 * holds for no other; a file, or the embedded model (null), is at none.
 */
export function sameAddress(one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string' || !isServed(one)) return false;
  const address = (model: string): string => addressParts(model).address.replace(/\/+$/, '');
  return address(one) === address(other);
}
