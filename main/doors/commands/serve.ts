/** `serve`: the window's page on this machine, for a browser. */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { hasEnded } from '../../../core/contract/models.ts';
import type { Engine } from '../../../core/contract.ts';
import { FailureError, fail } from '../../../core/failure.ts';
import { createEngine } from '../../engine.ts';
import { homeFolder } from '../../home.ts';
import { builtRenderer } from '../web/built-renderer.ts';
import { openWebDoor, type WebDoor } from '../web.ts';
import type { Command, CommandContext, CommandResult } from './command.ts';
import { convertCommand, resumeCommand, serveAllowing } from './resume-command.ts';

const usualPort = 7801;
/** Ports that are tried from the usual one on. */
const portsTried = 20;

const usage = `Usage: llmatic serve [options]

Serves LLMatic as a page for a browser on this machine, and prints its address. The address carries a secret of this
start: whoever has it can steer searches here. Ctrl-C stops all searches with their state saved, cancels conversions of
checkpoints with nothing left of their files, and ends; it prints how to go on with each.

  --port N           the port; default ${usualPort}, or the next free one
  --host HOST        the address to listen on; default 127.0.0.1, which only this machine reaches
  --allow-network    allow a --host that other machines reach; the traffic is not encrypted
  --runs DIR         the folder that holds the runs; default runs
  --allow DIR        a folder whose files the page may name: models, checkpoints, prompt sets, runs; converted models may be
                     written there. May be given several times; without it the page names files of LLMatic's own folders
  --json             one JSON event a line: \`serving\` with the url, at the end \`result\``;

function text(options: CommandContext['options'], name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function chosenPort(options: CommandContext['options']): number | null {
  if (options.port === undefined) return null;
  const given = String(options.port);
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (!(port <= 65_535)) fail('usage', `--port ${given}: give a whole number from 0 to 65535; 0 takes any free port.`);
  return port;
}

/** The folders that the person opens for the page. @throws FailureError (`usage`) for what is none */
function openedFolders(given: CommandContext['options'][string]): string[] {
  const words = Array.isArray(given) ? given : given === undefined ? [] : [given];
  return words.map((word) => {
    const folder = resolve(String(word));
    if (word !== '' && statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
    return fail('usage', `--allow ${word}: there is no folder of that name. Give one whose files the page may name.`);
  });
}

/** At the chosen port, or at the first free one from the usual on. */
async function openSomewhere(port: number | null, open: (port: number) => Promise<WebDoor>): Promise<WebDoor> {
  if (port !== null) return open(port);
  for (let tried = usualPort; tried < usualPort + portsTried - 1; tried++) {
    try {
      return await open(tried);
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.kind !== 'port-in-use') throw error;
    }
  }
  return open(usualPort + portsTried - 1);
}

interface Resumable {
  readonly run: string;
  readonly folder: string;
  readonly resume: string;
}

/** A conversion of which nothing is left; `again` begins it anew. */
interface Cancelled {
  readonly folder: string;
  readonly file: string;
  readonly again: string;
}

interface Ended {
  readonly runs: readonly Resumable[];
  readonly conversions: readonly Cancelled[];
}

/** Ends the engine; says which of the runs that were under way can be gone on with, and which conversions are gone. */
async function endWork(engine: Engine): Promise<Ended> {
  const rows = async () => (await engine.call('runs.list', {})).runs;
  const conversions = async () => (await engine.call('conversions.list', {})).conversions;
  const live = new Set(['starting', 'running', 'paused', 'stopping']);
  const searching = (await rows()).filter((row) => live.has(row.state)).map((row) => row.id);
  const converting = (await conversions()).filter((row) => !hasEnded(row)).map((row) => row.id);
  await engine.close();
  return {
    runs: (await rows())
      .filter((row) => searching.includes(row.id) && (row.state === 'interrupted' || row.state === 'failed'))
      .map((row) => ({ run: row.id, folder: row.folder, resume: resumeCommand(row.folder) })),
    conversions: (await conversions())
      .filter((row) => converting.includes(row.id) && row.state !== 'finished')
      .map((row) => ({ folder: row.folder, file: row.file, again: convertCommand(row) })),
  };
}

function endLines({ runs, conversions }: Ended): string[] {
  const searches = runs.map(({ resume }) => `    ${resume}`);
  const cancelled = conversions.flatMap(({ folder, file, again }) => [
    '',
    `The conversion of ${folder} was cancelled, and what was written of ${file} is removed. Again, from its start:`,
    '',
    `    ${again}`,
  ]);
  const first =
    searches.length === 0 ? ['Ended; no search was under way.'] : ['Ended. Go on in the page, or with:', ''];
  return [...first, ...searches, ...cancelled];
}

async function serve({ options, signal, say, print, event }: CommandContext): Promise<CommandResult> {
  const port = chosenPort(options);
  const host = text(options, 'host') ?? '127.0.0.1';
  const runsFolder = resolve(text(options, 'runs') ?? 'runs');
  const allowed = openedFolders(options.allow);
  const rendererFolder = await builtRenderer({ signal, say });
  const remedy = (path: string): string => `End it and start \`${serveAllowing(dirname(path))}\`, or copy it there.`;
  const engine = createEngine({ runsFolder, opened: { folders: allowed, remedy } });
  let ended: Ended = { runs: [], conversions: [] };
  try {
    const door = await openSomewhere(port, (tried) =>
      openWebDoor({
        engine,
        port: tried,
        host,
        allowNetwork: options['allow-network'] === true,
        rendererFolder,
      }),
    );
    try {
      const readable = [runsFolder, homeFolder(), ...allowed];
      event({ type: 'serving', url: door.url, host, port: door.port, runsFolder, readable });
      print(door.url);
      say(`Open this address in a browser. Whoever has it can steer searches here. Runs: ${runsFolder}. Ctrl-C ends.`);
      say(`The page may name files below ${readable.join(', ')}; --allow DIR opens another folder.`);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      // The page stays connected meanwhile and shows how its searches end.
      ended = await endWork(engine);
    } finally {
      await door.close();
    }
  } finally {
    await engine.close();
  }
  return { json: { type: 'result', outcome: 'interrupted', ...ended }, text: endLines(ended), exitCode: 130 };
}

export const serveCommand: Command = {
  name: 'serve',
  summary: 'Serve LLMatic as a page for a browser on this machine.',
  usage,
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    'allow-network': { type: 'boolean' },
    runs: { type: 'string' },
    allow: { type: 'string', multiple: true },
  },
  stopping: () => 'Stopping: searches save their state.',
  async run(context) {
    if (context.positionals.length > 0) {
      return fail(
        'usage',
        `serve takes no word ${JSON.stringify(context.positionals[0])}. See \`llmatic serve --help\`.`,
      );
    }
    return serve(context);
  },
};
