// Doctor's look at servers of this machine: what answers is named, whoever listens there; nothing secret is sent.
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { describeNearby, nearbyServers } from '../../../../main/llm/served/nearby.ts';
import { json, listing, type Respond, type StandIn, standIn } from './stand-in.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  delete process.env.LLMATIC_API_KEY;
  for (const one of opened.splice(0)) await one.close();
});

async function serve(models: Respond): Promise<StandIn> {
  const server = await standIn({ '/v1/models': models });
  opened.push(server);
  return server;
}

it('names the models of those that answer, and passes over others and nobody', async () => {
  process.env.LLMATIC_API_KEY = 'sk-very-secret';
  const good = await serve(listing(['a', 'b']));
  const locked = await serve((response) => json(response, 401, { error: 'no key' }));
  const page = await serve((response) => response.end('<html></html>'));
  const gone = await serve(listing(['c']));
  await gone.close();
  const ports = { One: good.port, Two: locked.port, Three: page.port, Four: gone.port };
  const found = await nearbyServers(ports);
  expect(found).toEqual([
    { program: 'One', address: good.address, models: ['a', 'b'] },
    { program: 'Two', address: locked.address, models: null },
  ]);
  expect([good, locked, page].flatMap(({ asked }) => asked).map(({ authorization }) => authorization)).toEqual([
    null,
    null,
    null,
  ]);
  expect(describeNearby(found)).toBe(
    `${good.address} (the usual port of One): a, b; ${locked.address} (the usual port of Two): it asks for a key (LLMATIC_API_KEY)`,
  );
  const many = { program: 'One', address: good.address, models: ['1', '2', '3', '4', '5', '6', '7'] };
  expect(describeNearby([many])).toMatch(/: 1, 2, 3, 4, 5 and 2 more$/);
  expect(describeNearby([{ ...many, models: [] }])).toMatch(/: no model is loaded$/);
  expect(describeNearby([])).toMatch(/^none at the usual ports/);
});

it('waits for nobody who takes a connection and says nothing', async () => {
  const silent = await new Promise<Server>((resolve) => {
    const server = createServer(() => {});
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
  opened.push(silent);
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const started = performance.now();
  expect(await nearbyServers({ One: port })).toEqual([]);
  expect(performance.now() - started).toBeLessThan(3000);
});
