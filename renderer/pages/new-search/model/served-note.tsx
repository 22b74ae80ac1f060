/** What is said of a served model below the choice: where it is, and what that means for a run. */
import { addressParts } from '../../../../core/search/served-address.ts';

export function ServedNote({ model, allowRemote }: { readonly model: string; readonly allowRemote: boolean }) {
  const { address } = addressParts(model);
  return (
    <div className="model-note">
      <p className="muted">
        Served by another program at {address}. Its texts are kept as they come; another run may get others.
      </p>
      {allowRemote && <p className="warn">Prompts and networks may leave this machine for this address.</p>}
    </div>
  );
}
