/** A field for a path on the engine's machine: typed, and in the window dropped on it or chosen as well. */
import './path-field.css';
import { type DragEvent, useRef, useState } from 'react';
import { awaitPath, chooseFolder, tellsPaths } from '../connection/path-of-the-window.ts';
import { Button } from './button.tsx';

interface PathFieldProps {
  readonly id: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly placeholder?: string;
  readonly invalid?: boolean;
  readonly describedBy?: string;
  /** What is chosen with its button, in the window. */
  readonly chooses: 'file' | 'folder';
}

/** Where a file can be dropped: its path is told to `take`; in a browser, its name to `refuse`. */
export function dropTarget(take: (path: string) => void, refuse: (name: string) => void) {
  return {
    onDrop(event: DragEvent) {
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (file === undefined) return;
      if (tellsPaths) awaitPath(take);
      else refuse(file.name);
    },
  };
}

export function PathField({ id, value, onChange, placeholder, invalid = false, describedBy, chooses }: PathFieldProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState<string | null>(null);
  return (
    <>
      <div className="path-field" {...dropTarget(onChange, setRefused)}>
        <input
          id={id}
          type="text"
          className="field mono"
          value={value}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={invalid}
          aria-describedby={describedBy}
          onChange={({ target }) => {
            setRefused(null);
            onChange(target.value);
          }}
        />
        {chooses === 'folder' && tellsPaths && (
          <Button icon="folder" onPress={() => chooseFolder(onChange)}>
            Choose…
          </Button>
        )}
        {chooses === 'file' && tellsPaths && (
          <>
            <input
              ref={chooser}
              type="file"
              hidden
              tabIndex={-1}
              onChange={({ target }) => {
                awaitPath(onChange);
                // The same file can then be chosen again.
                target.value = '';
              }}
            />
            <Button icon="folder" onPress={() => chooser.current?.click()}>
              Choose…
            </Button>
          </>
        )}
      </div>
      {refused !== null && (
        <p className="warn path-field-note" role="status">
          A browser does not tell where {refused} lies. Type its path on the machine that runs LLMatic.
        </p>
      )}
    </>
  );
}
