/** Two ends of a port in memory, a client's and the engine's: values cross as JSON text, a turn later, as they do over a socket. */
import { type TextPort, textPort } from '../../../core/contract/text-port.ts';
import type { Port } from '../../../core/contract/wire.ts';

export interface PortPair {
  readonly near: Port;
  readonly far: Port;
  /** Texts that crossed, from near and from far. */
  readonly crossed: { readonly from: 'near' | 'far'; readonly text: string }[];
  /** Gives the far end a text that no port wrote. */
  inject(text: string): void;
}

export function portPair(): PortPair {
  const crossed: { from: 'near' | 'far'; text: string }[] = [];
  const later = (act: () => void): void => {
    setImmediate(act);
  };
  const near: TextPort = textPort({
    send(text) {
      crossed.push({ from: 'near', text });
      later(() => far.receive(text));
    },
    close: () => later(() => far.ended()),
  });
  const far: TextPort = textPort(
    {
      send(text) {
        crossed.push({ from: 'far', text });
        later(() => near.receive(text));
      },
      close: () => later(() => near.ended()),
    },
    'engine',
  );
  return { near: near.port, far: far.port, crossed, inject: (text) => far.receive(text) };
}
