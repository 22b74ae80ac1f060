/** Asks for a checkpoint and the type of numbers, and starts the conversion, which then goes on without the page. */
import './convert-dialog.css';
import { useState } from 'react';
import type { CheckpointDetail, ConversionRequest } from '../../core/contract/models.ts';
import { failureOf } from '../../core/failure.ts';
import { Button } from '../controls/button.tsx';
import { PathField } from '../controls/path-field.tsx';
import { Dialog } from '../frame/dialog.tsx';
import { useDelayed } from '../state/answer.ts';
import { startConversion } from '../state/conversions.ts';
import { bytes, si, whole } from '../words/numbers.ts';
import { useCheckpoint } from './use-checkpoint.ts';

type OutputType = ConversionRequest['type'];

/** What each type of numbers is for. */
const purposes: Readonly<Record<OutputType, string>> = {
  f32: 'single precision: every number as it is',
  f16: 'half precision: no loss that is seen',
  bf16: 'half precision of wide range',
  q8_0: '8 bits: hardly any loss, often the fastest',
  q5_1: '5 bits',
  q5_0: '5 bits, a little smaller',
  q4_1: '4 bits',
  q4_0: '4 bits: the smallest, with some loss',
};

interface TypesProps {
  readonly checkpoint: CheckpointDetail;
  readonly type: OutputType;
  readonly onType: (type: OutputType) => void;
}

function Types({ checkpoint, type, onType }: TypesProps) {
  const { name, parameters, contextLength, weights, types, free } = checkpoint;
  return (
    <>
      <p className="convert-found">
        <strong>{name}</strong>: {si(parameters)} parameters, context of {whole(contextLength)} tokens, from{' '}
        {weights.length === 1 ? weights[0] : `${weights.length} files`}. {bytes(free)} are free for the result.
      </p>
      <fieldset className="convert-types">
        <legend>Type of numbers</legend>
        {types.map((each) => (
          <label key={each.type}>
            <input
              type="radio"
              name="convert-type"
              checked={each.type === type}
              disabled={each.bytes > free}
              onChange={() => onType(each.type)}
            />
            <span className="mono">{each.type}</span>
            <span className="convert-size">{bytes(each.bytes)}</span>
            <span className={each.bytes > free ? 'bad' : 'muted'}>
              {each.bytes > free ? 'more than is free on the disk' : purposes[each.type]}
              {each.exists && ' · is there already'}
            </span>
          </label>
        ))}
      </fieldset>
    </>
  );
}

export function ConvertDialog({ path: given = '', onClose }: { readonly path?: string; readonly onClose: () => void }) {
  const [path, setPath] = useState(given);
  const [type, setType] = useState<OutputType>('f16');
  const [replace, setReplace] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const found = useCheckpoint(useDelayed(path.trim()));
  const checkpoint = found.kind === 'ready' ? found.result : null;
  const chosen = checkpoint?.types.find((each) => each.type === type);
  const hinders = chosen === undefined || chosen.bytes > (checkpoint?.free ?? 0) || (chosen.exists && !replace);

  const start = async (close: () => void): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await startConversion({ path: path.trim(), type, file: null, replace });
      close();
    } catch (error) {
      setProblem(failureOf(error).message);
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="Convert a checkpoint"
      lead="CodeGen and CodeGen2, as they are published, become one GGUF file. The checkpoint stays as it is."
      onClose={onClose}
    >
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void start(close);
          }}
        >
          <label className="dialog-label" htmlFor="convert-path">
            Folder with config.json, tokenizer and weights
          </label>
          <PathField
            id="convert-path"
            value={path}
            invalid={found.kind === 'failed'}
            describedBy="convert-problem"
            chooses="folder"
            onChange={setPath}
          />
          <p
            className={found.kind === 'failed' || problem !== null ? 'bad' : 'muted'}
            id="convert-problem"
            role="alert"
          >
            {problem ??
              (found.kind === 'failed' ? found.message : found.kind === 'loading' ? 'Reading the checkpoint…' : null)}
          </p>
          {checkpoint !== null && <Types checkpoint={checkpoint} type={type} onType={setType} />}
          {chosen !== undefined && (
            <p className="convert-file muted">
              Written to <span className="mono">{chosen.file}</span>
            </p>
          )}
          {chosen?.exists === true && (
            <label className="convert-replace">
              <input type="checkbox" checked={replace} onChange={({ target }) => setReplace(target.checked)} />
              Replace the file that is there
            </label>
          )}
          <footer>
            <Button onPress={close}>Cancel</Button>
            <Button kind="primary" submit busy={busy} disabled={hinders}>
              {busy ? 'Starting…' : 'Convert'}
            </Button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
