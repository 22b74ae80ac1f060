/** A model that another program serves: its address, the word that it may be elsewhere, and a choice among its models. */
import { useEffect, useRef, useState } from 'react';
import type { ServedModels } from '../../../../core/contract/models.ts';
import { FailureError, failureOf } from '../../../../core/failure.ts';
import { addressParts, withName } from '../../../../core/search/served-address.ts';
import { client } from '../../../client.ts';
import { Button } from '../../../controls/button.tsx';
import { Dialog } from '../../../frame/dialog.tsx';
import { si, whole } from '../../../words/numbers.ts';

interface ServedDialogProps {
  /** The setting `model` where it is an address already. */
  readonly address: string | null;
  readonly allowRemote: boolean;
  readonly onClose: () => void;
  readonly onTake: (address: string, allowRemote: boolean) => void;
}

const usual = 'http://127.0.0.1:8080/v1';

type Asked =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'found'; readonly found: ServedModels };

/** `qwen2.5-coder:7b · 7.6 G parameters, Q4_K, 4,096 tokens` */
function modelWords({ name, parameters, quantization, contextLength }: ServedModels['models'][number]): string {
  const facts = [
    ...(parameters === null ? [] : [`${si(parameters)} parameters`]),
    ...(quantization === null ? [] : [quantization]),
    ...(contextLength === null ? [] : [`${whole(contextLength)} tokens`]),
  ];
  return [name, facts.join(', ')].filter((part) => part !== '').join(' · ');
}

export function ServedDialog({ address: given, allowRemote, onClose, onTake }: ServedDialogProps) {
  const before = given === null ? null : addressParts(given);
  const [address, setAddress] = useState(before?.address ?? usual);
  const [key, setKey] = useState('');
  const [allowed, setAllowed] = useState(allowRemote);
  const [elsewhere, setElsewhere] = useState(allowRemote);
  const [asked, setAsked] = useState<Asked>({ kind: 'nothing' });
  const [name, setName] = useState(before?.name ?? '');
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);

  const forget = (): void => {
    asking.current?.abort();
    setAsked({ kind: 'nothing' });
  };

  const ask = async (): Promise<void> => {
    forget();
    const controller = new AbortController();
    asking.current = controller;
    setAsked({ kind: 'asking' });
    try {
      const request = { address: address.trim(), allowRemote: allowed, ...(key === '' ? {} : { key }) };
      const found = await client.call('models.served', request, { signal: controller.signal });
      if (controller.signal.aborted) return;
      setElsewhere(found.remote);
      setAsked({ kind: 'found', found });
      const names = found.models.map((model) => model.name);
      setName((chosen) => (names.includes(chosen) ? chosen : (names[0] ?? '')));
    } catch (error) {
      if (controller.signal.aborted) return;
      if (error instanceof FailureError && error.failure.kind === 'remote-address') setElsewhere(true);
      setAsked({ kind: 'failed', message: failureOf(error).message });
    }
  };

  const found = asked.kind === 'found' ? asked.found : null;
  return (
    <Dialog
      title="A model from a server"
      lead="Another program on this machine runs the model: llama-server, Ollama, LM Studio, or any server of the OpenAI-compatible protocol."
      onClose={onClose}
    >
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (found === null) void ask();
            else {
              onTake(withName(found.address, name), found.remote && allowed);
              close();
            }
          }}
        >
          <label className="dialog-label" htmlFor="served-address">
            Address
          </label>
          <input
            id="served-address"
            className="field"
            value={address}
            spellCheck={false}
            autoComplete="off"
            aria-describedby="served-usual"
            aria-invalid={asked.kind === 'failed'}
            onChange={({ target }) => {
              forget();
              setAddress(target.value);
              // What was allowed is allowed for the address that it was said of.
              const isSame = target.value.trim() === before?.address;
              setAllowed(isSame && allowRemote);
              setElsewhere(isSame && allowRemote);
            }}
          />
          <p className="muted served-usual" id="served-usual">
            Usually port 8080 for llama-server, 11434 for Ollama, 1234 for LM Studio.
          </p>
          {elsewhere && (
            <label className="served-allow">
              <input
                type="checkbox"
                checked={allowed}
                onChange={({ target }) => {
                  forget();
                  setAllowed(target.checked);
                }}
              />
              <span>
                This address is not on this machine. Every prompt, with the networks in it, will be sent there. I allow
                that for this search.
              </span>
            </label>
          )}
          <label className="dialog-label" htmlFor="served-key">
            Key, if the server asks for one
          </label>
          <input
            id="served-key"
            className="field"
            type="password"
            value={key}
            autoComplete="off"
            placeholder="kept until LLMatic ends, never written down"
            onChange={({ target }) => {
              forget();
              setKey(target.value);
            }}
          />
          <div role="alert">
            {asked.kind === 'asking' && <p className="muted">Asking the server…</p>}
            {asked.kind === 'failed' && <p className="bad">{asked.message}</p>}
            {found !== null && found.models.length === 0 && (
              <p className="bad">The server at {found.address} has no model. Load one there, then ask again.</p>
            )}
          </div>
          {found !== null && found.models.length > 0 && (
            <>
              <label className="dialog-label" htmlFor="served-model">
                Its models
              </label>
              <select id="served-model" className="field" value={name} onChange={({ target }) => setName(target.value)}>
                {found.models.map((model) => (
                  <option key={model.name} value={model.name}>
                    {modelWords(model)}
                  </option>
                ))}
              </select>
            </>
          )}
          <footer>
            <Button onPress={close}>Cancel</Button>
            <Button
              kind={found === null ? 'primary' : 'plain'}
              busy={asked.kind === 'asking'}
              onPress={() => void ask()}
            >
              Ask the server for its models
            </Button>
            {found !== null && (
              <Button kind="primary" submit disabled={name === ''}>
                Use this model
              </Button>
            )}
          </footer>
        </form>
      )}
    </Dialog>
  );
}
