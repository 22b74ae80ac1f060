/** The model of a new search: one of those known or any other file, with the memory it will take, before it is loaded. */
import './model-part.css';
import { useState } from 'react';
import type { ModelRow } from '../../../../core/contract/settings.ts';
import { isServed } from '../../../../core/search/served-address.ts';
import { Button } from '../../../controls/button.tsx';
import { dropTarget } from '../../../controls/path-field.tsx';
import { ConversionList } from '../../../models/conversion-list.tsx';
import { ConvertDialog } from '../../../models/convert-dialog.tsx';
import { type Check, change } from '../../../state/new-search.ts';
import { bytes } from '../../../words/numbers.ts';
import { Choice, Row } from '../setting-row.tsx';
import { ModelFileDialog } from './model-file-dialog.tsx';
import { ModelNote } from './model-note.tsx';
import { ServedDialog } from './served-dialog.tsx';
import { ServedNote } from './served-note.tsx';

interface ModelPartProps {
  readonly models: readonly ModelRow[];
  /** The setting `model`: a file's path or a server's address; null for the embedded model. */
  readonly value: unknown;
  /** The setting `served.allowRemote`. */
  readonly allowRemote: boolean;
  readonly check: Check;
}

type Asking = { readonly what: 'file' | 'checkpoint' | 'server'; readonly path: string };

export function ModelPart({ models, value, allowRemote, check }: ModelPartProps) {
  const [asking, ask] = useState<Asking | null>(null);
  const file = typeof value === 'string' && value !== '' ? value : null;
  const known = models.some((model) => model.file === file);
  const options = models.map(({ file: path, name, bytes: size, problem }) => ({
    value: path ?? '',
    word: problem === null ? `${name} · ${bytes(size)}` : `${name} · cannot be used`,
    disabled: problem !== null,
  }));
  if (!known && file !== null) options.push({ value: file, word: file, disabled: false });
  const close = (): void => ask(null);
  return (
    <Row path="model" word="Model" check={check} width="whole">
      <div
        className="model-part"
        {...dropTarget(
          (path) => ask({ what: 'file', path }),
          (name) => ask({ what: 'file', path: name }),
        )}
      >
        <Choice
          path="model"
          value={file}
          invalid={check.field === 'model'}
          read={(text) => (text === '' ? null : text)}
          options={options}
        />
        <Button icon="folder" onPress={() => ask({ what: 'file', path: '' })}>
          Another file…
        </Button>
        <Button onPress={() => ask({ what: 'server', path: '' })}>From a server…</Button>
        <Button onPress={() => ask({ what: 'checkpoint', path: '' })}>Convert…</Button>
      </div>
      {file !== null && isServed(file) ? (
        <ServedNote model={file} allowRemote={allowRemote} />
      ) : (
        <ModelNote file={file} onConvert={(path) => ask({ what: 'checkpoint', path })} />
      )}
      <ConversionList useWord="Use this model" onUse={(made) => change('model', made)} />
      {asking?.what === 'file' && (
        <ModelFileDialog
          path={asking.path}
          onClose={close}
          onTake={(path) => change('model', path)}
          onConvert={(path) => ask({ what: 'checkpoint', path })}
        />
      )}
      {asking?.what === 'server' && (
        <ServedDialog
          address={file !== null && isServed(file) ? file : null}
          allowRemote={allowRemote}
          onClose={close}
          onTake={(address, allowed) => {
            change('model', address);
            change('served.allowRemote', allowed);
          }}
        />
      )}
      {asking?.what === 'checkpoint' && <ConvertDialog path={asking.path} onClose={close} />}
    </Row>
  );
}
