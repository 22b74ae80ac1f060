/** The address of the view, shared by all of them: where the page is, which candidate is selected, which generation. */
import { create } from 'zustand';
import { type Address, formatAddress, parseAddress, type RunAddress } from '../address.ts';

interface AddressBar {
  readonly address: Address;
}

export const useAddress = create<AddressBar>(() => ({ address: parseAddress(window.location.hash) }));

window.addEventListener('hashchange', () => {
  useAddress.setState({ address: parseAddress(window.location.hash) });
});

/** Goes to another view; Back returns. */
export function go(address: Address): void {
  window.location.hash = formatAddress(address);
}

/** Changes the address of the view that is shown: no step for Back. */
function replace(address: Address): void {
  window.history.replaceState(null, '', formatAddress(address));
  useAddress.setState({ address });
}

/** Changes selection or generation of the run that is shown. */
export function show(change: Partial<Pick<RunAddress, 'selection' | 'generation'>>): void {
  const { address } = useAddress.getState();
  if (address.page === 'run') replace({ ...address, ...change });
}

export function select(selection: string | null): void {
  show({ selection });
}
