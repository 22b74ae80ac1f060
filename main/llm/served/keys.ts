/**
 * Keys of servers: what a person typed into the window for an address, for as long as this process lives, else the
 * environment variable LLMATIC_API_KEY. That one is in the environment of everything that is started there, so it goes to
 * this machine alone, or to the one address that LLMATIC_API_KEY_FOR names. Keys are written nowhere.
 */
import { fail } from '../../../core/failure.ts';
import { parseAddress, type ServedAddress } from './address.ts';

export interface ServerKey {
  /** Sent as a bearer token; null for none. */
  readonly value: string | null;
  /** What is to be done where the server asks for a key, or for another one. */
  readonly remedy: string;
}

const typed = new Map<string, string>();

/** Keeps a key for an address (without the model's name); an empty one forgets it. */
export function rememberKey(base: string, key: string): void {
  if (key.trim() === '') typed.delete(base);
  else typed.set(base, key.trim());
}

const variable = 'the environment variable LLMATIC_API_KEY';

const remedies = {
  missing: `Put its key into ${variable}, or into the field of the window.`,
  elsewhere: (origin: string) =>
    `Put its key into ${variable} and its address into another, LLMATIC_API_KEY_FOR=${origin}; or the key into the field of the window.`,
  kept: (origin: string, meant: string | null) =>
    `The key in LLMATIC_API_KEY was not sent, for it is meant for ${meant ?? 'this machine alone'}. If it is this server's, set LLMATIC_API_KEY_FOR=${origin}; in the window there is a field for a key.`,
};

/** Scheme, host and port. */
function originOf({ base }: ServedAddress): string {
  return new URL(base).origin;
}

/** Where the environment's key may go; null where it says nothing. @throws FailureError `usage` for what is no address */
function meantOrigin(text: string | undefined): string | null {
  const meant = text?.trim() ?? '';
  if (meant === '') return null;
  try {
    return originOf(parseAddress(meant));
  } catch {
    return fail(
      'usage',
      `LLMATIC_API_KEY_FOR=${meant.slice(0, 200)}: this is no address of a server. Give the one that the key is for, such as https://192.168.1.20:8080.`,
    );
  }
}

/**
 * The key for an address.
 * @throws FailureError `usage` for a variable LLMATIC_API_KEY_FOR that holds no address
 */
export function keyFor(
  address: ServedAddress,
  { LLMATIC_API_KEY, LLMATIC_API_KEY_FOR }: NodeJS.ProcessEnv = process.env,
): ServerKey {
  const own = typed.get(address.base);
  const origin = originOf(address);
  const meant = meantOrigin(LLMATIC_API_KEY_FOR);
  const isMeant = meant === null ? address.loopback : meant === origin;
  const given = LLMATIC_API_KEY?.trim() ?? '';
  return {
    value: own ?? (isMeant && given !== '' ? given : null),
    remedy: isMeant ? remedies.missing : given === '' ? remedies.elsewhere(origin) : remedies.kept(origin, meant),
  };
}
