/** A child that does what it is told: as a process or as a thread. */
import { linkToParent } from '../../../main/processes/parent-link.ts';
import { talkingProtocol } from './talking-protocol.ts';

const parent = linkToParent({
  protocol: talkingProtocol,
  async hear(message): Promise<unknown> {
    switch (message.do) {
      case 'double':
        return parent.tell({ answer: 2 * message.number });
      case 'garble':
        // What the types forbid, as another version might send it.
        return parent.tell(JSON.parse('{"answer":"many"}'));
      case 'throw':
        throw new Error('planted');
      case 'write':
        return process.stderr.write(message.text);
      case 'exit':
        return process.exit(message.code);
      case 'spin':
        for (;;);
      case 'leave':
        return parent.leave();
    }
  },
});
