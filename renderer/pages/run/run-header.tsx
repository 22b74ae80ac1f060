/** The header of a run: its name and state, how far it is, the best so far, when it will end, and what can be done. */
import './run-header.css';
import type { ReactNode } from 'react';
import type { RunRow } from '../../../core/contract/runs.ts';
import { Button } from '../../controls/button.tsx';
import type { IconName } from '../../controls/icon.tsx';
import { ProgressBar } from '../../controls/progress-bar.tsx';
import { StateMark } from '../../controls/state-mark.tsx';
import { select } from '../../state/address-bar.ts';
import { plannedCandidates, progressOf, secondsLeft } from '../../state/progress.ts';
import {
  exportNetwork,
  pauseRun,
  type RunAction,
  resumeRun,
  stopRun,
  trustRun,
  useActions,
} from '../../state/run-actions.ts';
import { nameOfRun } from '../../state/run-order.ts';
import { duration, fitness, percent, points, whole } from '../../words/numbers.ts';
import { actionsOf, runStates } from '../../words/states.ts';

interface RunHeaderProps {
  readonly id: string;
  /** Undefined until it is known. */
  readonly row: RunRow | undefined;
}

interface ActionWords {
  readonly word: string;
  readonly underWay: string;
  readonly icon: IconName;
  readonly act: (run: string) => Promise<void>;
}

const actions: Readonly<Record<Exclude<RunAction, 'export'>, ActionWords>> = {
  pause: { word: 'Pause', underWay: 'Pausing…', icon: 'pause', act: pauseRun },
  resume: { word: 'Resume', underWay: 'Resuming…', icon: 'play', act: resumeRun },
  trust: { word: 'Trust this run', underWay: 'Taking it for yours…', icon: 'check', act: trustRun },
  stop: { word: 'Stop', underWay: 'Stopping…', icon: 'stop', act: stopRun },
};

function Figure({
  label,
  children,
  note,
}: {
  readonly label: ReactNode;
  readonly children: ReactNode;
  readonly note?: ReactNode;
}) {
  return (
    <div className="run-figure">
      <dt>{label}</dt>
      <dd>
        {children}
        {note !== undefined && <span className="run-figure-note">{note}</span>}
      </dd>
    </div>
  );
}

function Best({ row }: { readonly row: RunRow }) {
  const { best, initial } = row;
  if (best === null) return <Figure label="Best fitness">–</Figure>;
  const isShare = best.fitness >= 0 && best.fitness <= 1;
  const gain =
    initial === null || !isShare || best.network === initial.network
      ? undefined
      : `${points(best.fitness - initial.fitness)} points over initial`;
  return (
    <Figure
      label={
        <>
          Best fitness{' '}
          <button type="button" className="run-best mono" title="Look at it" onClick={() => select(best.network)}>
            {best.network}
          </button>
        </>
      }
      note={gain}
    >
      {fitness(best.fitness)}
    </Figure>
  );
}

function Figures({ row }: { readonly row: RunRow }) {
  const left = secondsLeft(row);
  const share = progressOf(row);
  return (
    <dl className="run-figures">
      <div className="run-figure run-figure-progress">
        <dt>
          Generation {row.generations.done} of {row.generations.planned}
        </dt>
        <dd>
          <ProgressBar
            share={share}
            label="Progress of the search"
            tone={row.state === 'finished' ? 'good' : row.state === 'running' ? 'accent' : 'muted'}
          />
          <span className="run-figure-note">
            {whole(row.ended)} of {whole(plannedCandidates(row))} networks, {percent(share)}
          </span>
        </dd>
      </div>
      <Best row={row} />
      <Figure label="Niches filled" note={`of ${whole(row.niches)}`}>
        {whole(row.filled)}
      </Figure>
      {left === null ? (
        <Figure label="Worked for">{duration(row.seconds)}</Figure>
      ) : (
        <Figure label="Time left" note={`after ${duration(row.seconds)}`}>
          {duration(left)}
        </Figure>
      )}
    </dl>
  );
}

export function RunHeader({ id, row }: RunHeaderProps) {
  const underWay = useActions((state) => state.actions.get(id));
  const best = row?.best?.network ?? null;
  const readable = row !== undefined && row.state !== 'unreadable';
  return (
    <header className="run-header">
      <div className="run-name">
        <h1 title={row?.folder}>{nameOfRun({ id })}</h1>
        {row !== undefined && <StateMark tone={runStates[row.state].tone}>{runStates[row.state].word}</StateMark>}
      </div>
      {readable && <Figures row={row} />}
      <div className="run-actions">
        {row !== undefined &&
          actionsOf(row).map((action) => {
            const { word, underWay: doing, icon, act } = actions[action];
            return (
              <Button
                key={action}
                kind={action === 'resume' ? 'primary' : 'plain'}
                icon={icon}
                busy={underWay !== undefined}
                onPress={() => void act(id)}
              >
                {underWay === action ? doing : word}
              </Button>
            );
          })}
        {readable && (
          <Button
            icon="export"
            busy={underWay !== undefined}
            disabled={best === null || !row.trusted}
            tip={
              !row.trusted
                ? 'It comes from elsewhere: trust it first'
                : best === null
                  ? 'Nothing is trained yet'
                  : `Write ${best} as PyTorch, safetensors and ONNX`
            }
            onPress={() => best !== null && void exportNetwork(id, best)}
          >
            {underWay === 'export' ? 'Exporting…' : 'Export best'}
          </Button>
        )}
      </div>
    </header>
  );
}
