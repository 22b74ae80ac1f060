import * as z from 'zod';
import { protocol } from '../../../main/processes/protocol.ts';

export const talkingProtocol = protocol(
  z.discriminatedUnion('do', [
    z.object({ do: z.literal('double'), number: z.number() }),
    z.object({ do: z.literal('garble') }),
    z.object({ do: z.literal('throw') }),
    z.object({ do: z.literal('write'), text: z.string() }),
    z.object({ do: z.literal('exit'), code: z.int() }),
    z.object({ do: z.literal('spin') }),
    z.object({ do: z.literal('leave') }),
  ]),
  z.object({ answer: z.number() }),
);
