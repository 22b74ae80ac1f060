/** A parent of two children, one of them busy for ever; says their process ids and does nothing more. */
import { join } from 'node:path';
import { startChild } from '../../../main/processes/supervised-child.ts';
import { talkingProtocol } from './talking-protocol.ts';

const children = ['idle', 'busy'].map((name) => {
  const child = startChild({
    kind: 'process',
    file: join(import.meta.dirname, 'talking-child.ts'),
    protocol: talkingProtocol,
    hear() {
      if (name === 'busy') child.send({ do: 'spin' });
      process.stdout.write(`${child.pid}\n`);
    },
  });
  child.send({ do: 'double', number: 1 });
  return child;
});

process.stdin.once('data', () => process.exit(children.length));
